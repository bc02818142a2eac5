"""A model that says one sentence to everybody: model.py PORT. Without one the agent would be off, and half of the API with it."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = "Hello, how can I help?"
USAGE = {"prompt_tokens": 9, "completion_tokens": 6, "total_tokens": 15}


def choice(**rest):
    return {"id": "c", "created": 1, "model": "m", "choices": [{"index": 0, **rest}]}


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path.endswith("/audio/transcriptions"):
            return self.answer("application/json", json.dumps({"text": WORDS, "duration": 1.0}))
        try:
            stream = json.loads(body).get("stream", False)
        except ValueError:
            stream = False
        message = {"role": "assistant", "content": WORDS}
        if not stream:
            whole = {**choice(message=message, finish_reason="stop"), "object": "chat.completion", "usage": USAGE}
            return self.answer("application/json", json.dumps(whole))
        kind = {"object": "chat.completion.chunk"}
        parts = [
            {**choice(delta=message, finish_reason=None), **kind},
            {**choice(delta={}, finish_reason="stop"), **kind},
            {**choice(delta={}), **kind, "choices": [], "usage": USAGE},
        ]
        events = [f"data: {json.dumps(part)}\n\n" for part in parts]
        self.answer("text/event-stream", "".join(events) + "data: [DONE]\n\n")

    def answer(self, kind, text):
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Model).serve_forever()
