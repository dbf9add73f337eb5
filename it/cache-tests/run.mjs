// Runs the whole suite, as its own cli.mjs does, and prints its results: node run.mjs FOLDER-OF-THE-SUITE BASE-URL
// A test whose preparation failed has judged nothing ("Setup" in the suite's words: a config that did not arrive, a request
// that was sent twice); it is prepared once more.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [folder, base] = process.argv.slice(2)
const load = name => import(pathToFileURL(`${folder}/${name}.mjs`))
const fetch = createRequire(`${folder}/cli.mjs`)('node-fetch')
const { runTests, getResults } = await load('client/runner')
const { makeCacheTest, testResults } = await load('client/test')
const parts = [...(await load('tests/index')).default, (await load('tests/surrogate-control')).default]

const again = structuredClone(parts) // running a test changes it

await runTests(parts, fetch, false, base)
const unprepared = test =>
  !test.browser_only && testResults[test.id] !== true && testResults[test.id][0] !== 'Assertion'
for (const test of again.flatMap(part => part.tests).filter(unprepared)) {
  delete testResults[test.id]
  await makeCacheTest(test)
}
console.log(JSON.stringify(getResults(), null, 2))
