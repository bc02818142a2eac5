//! Rows as a workbook. Every cell is text and says so: what looks like a formula stays a text even when it is edited.
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use tokio::sync::mpsc::Receiver;

use super::table::{LeadCells, WIDTHS};

/// What a cell of Excel holds, less than its 32,767 so that no character is cut.
const LONGEST: usize = 16_000;

/// Excel's own number of the format "Text".
const TEXT: u8 = 49;

/// Blocks until the sender is gone: run it off the event loop. The rows go to a temporary file as they come.
pub fn book(head: LeadCells, mut pieces: Receiver<Vec<LeadCells>>) -> Result<Vec<u8>, XlsxError> {
    let text = Format::new().set_num_format_index(TEXT).set_align(FormatAlign::Top);
    let bold = Format::new().set_num_format_index(TEXT).set_bold();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory();
    sheet.set_freeze_panes(1, 0)?;
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    for (column, word) in (0..).zip(head) {
        sheet.write_string_with_format(0, column, word, &bold)?;
    }
    let mut line = 0;
    while let Some(piece) = pieces.blocking_recv() {
        for row in piece {
            line += 1;
            for (column, cell) in (0..).zip(row) {
                let cell: String = cell.chars().take(LONGEST).collect();
                sheet.write_string_with_format(line, column, cell, &text)?;
            }
        }
    }
    workbook.save_to_buffer()
}
