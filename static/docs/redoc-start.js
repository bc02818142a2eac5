// Search runs in a worker made from a blob, which the page's CSP does not allow; the menu is enough here.
window.Redoc.init('/openapi.json', { disableSearch: true, hideDownloadButton: false }, document.getElementById('redoc'));
