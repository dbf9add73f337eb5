// Counts a result file by kind of test: node tally.mjs FOLDER-OF-THE-SUITE RESULT-FILE
// One line of JSON: { kind: { passed, total, failed: [id…] } }. Tests for browsers only are left out.
import fs from 'node:fs'
import { pathToFileURL } from 'node:url'

const [folder, file] = process.argv.slice(2)
const suite = async name => (await import(pathToFileURL(`${folder}/tests/${name}.mjs`))).default
const results = JSON.parse(fs.readFileSync(file))
const kinds = {}
for (const part of [...await suite('index'), await suite('surrogate-control')]) {
  for (const test of part.tests.filter(each => !each.browser_only)) {
    const kind = kinds[test.kind ?? 'required'] ??= { passed: 0, total: 0, failed: [] }
    kind.total++
    if (results[test.id] === true) kind.passed++
    else kind.failed.push(test.id)
  }
}
console.log(JSON.stringify(kinds))
