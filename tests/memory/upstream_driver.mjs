// Runs the original nanomem on a folder, for the tests and benchmarks that compare with it.
//   node upstream_driver.mjs CHECKOUT COMMAND ROOT < input.json > output.json
// The model is scripted: it makes the tool calls it is given, so that the original's own code writes.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [checkout, command, root] = process.argv.slice(2);
const upstream = (path) => import(pathToFileURL(join(checkout, 'src', path)).href);
const input = () => JSON.parse(readFileSync(0, 'utf8'));
const { createMemoryBank } = await upstream('index.js');

function bank(calls) {
    const pending = calls.map((call, i) => ({
        id: `call-${i}`, type: 'function',
        function: { name: call.name, arguments: JSON.stringify(call.arguments) },
    }));
    const createChatCompletion = async () => ({
        content: 'done', tool_calls: pending.splice(0), finish_reason: 'stop',
    });
    return createMemoryBank({ llmClient: { createChatCompletion }, storage: 'filesystem', storagePath: root });
}

const commands = {
    // {calls: [{name, arguments}], mode} -> what ingestion reports
    async ingest() {
        const { calls, mode } = input();
        return bank(calls).ingest([{ role: 'user', content: 'scripted' }], { mode, updatedAt: '2026-03-01T12:00' });
    },
    // -> {path: [fact]} as the original parses them
    async facts() {
        const { parseBullets } = await upstream('internal/format/index.js');
        const records = await bank([])._backend.exportAll();
        const memory = records.filter((record) => record.path !== '_tree.md');
        return Object.fromEntries(memory.map((record) => [record.path, parseBullets(record.content)]));
    },
    // {query} -> number of files found
    async search() {
        return (await bank([]).storage.search(input().query)).length;
    },
};
console.log(JSON.stringify(await commands[command]()));
