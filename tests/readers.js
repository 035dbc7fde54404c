// What other libraries read of workbooks: a line of JSON [library, file] in for each, and a line
// of JSON {sheet: {cell: value}} out. An error such as #N/A is its text; empty cells are left out.
const readline = require("node:readline");
const ExcelJS = require("exceljs");
const SheetJS = require("xlsx");
const Populate = require("xlsx-populate");

const plain = (value) => {
  if (value === null || value === undefined || typeof value !== "object") return value;
  if (value.richText) return value.richText.map((run) => run.text).join("");
  if ("result" in value || "formula" in value || "sharedFormula" in value) {
    return plain(value.result);
  }
  if (value.error) return typeof value.error === "function" ? value.error() : value.error;
  return plain(value.text);
};

const textOf = (node) => {
  if (Array.isArray(node)) return node.map(textOf).join("");
  return typeof node === "object" ? textOf(node.children ?? []) : node;
};

const readers = {
  async exceljs(path) {
    const book = await new ExcelJS.Workbook().xlsx.readFile(path);
    const read = {};
    for (const sheet of book.worksheets) {
      const cells = (read[sheet.name] = {});
      sheet.eachRow((row) =>
        row.eachCell((cell) => {
          // A formula's value leaves out a result of 0, the result itself does not.
          const value = cell.formula ? cell.result : cell.value;
          if (cell.master === cell) cells[cell.address] = plain(value);
        }),
      );
    }
    return read;
  },
  async xlsx(path) {
    const book = SheetJS.readFile(path);
    const read = {};
    for (const name of book.SheetNames) {
      const cells = (read[name] = {});
      for (const [place, cell] of Object.entries(book.Sheets[name])) {
        if (place[0] !== "!") cells[place] = cell.t === "e" ? cell.w : cell.v;
      }
    }
    return read;
  },
  async "xlsx-populate"(path) {
    const book = await Populate.fromFileAsync(path);
    const read = {};
    for (const sheet of book.sheets()) {
      const cells = (read[sheet.name()] = {});
      sheet._rows.forEach((row) =>
        row._cells.forEach((cell) => {
          const value = cell.value(); // of typeset text, the XML
          cells[cell.address()] = Array.isArray(value) ? textOf(value) : plain(value);
        }),
      );
    }
    return read;
  },
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [library, path] = JSON.parse(line);
    console.log(JSON.stringify(await readers[library](path)));
  }
})();
