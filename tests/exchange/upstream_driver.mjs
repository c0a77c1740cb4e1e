// Runs the original nanomem's exports and imports on a folder.
//   node upstream_driver.mjs CHECKOUT COMMAND ROOT < input > output
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { dirname, join } from 'node:path';

const [checkout, command, root] = process.argv.slice(2);
const upstream = (path) => import(pathToFileURL(join(checkout, 'src', path)).href);
const input = () => readFileSync(0, 'utf8');
const { createMemoryBank } = await upstream('index.js');
const llmClient = { createChatCompletion: async () => ({ content: '', tool_calls: [] }) };
const bank = createMemoryBank({ llmClient, storage: 'filesystem', storagePath: root });

const commands = {
    exportOmf: async () => JSON.stringify(await bank.exportOmf()),
    importOmf: async () => JSON.stringify(await bank.importOmf(JSON.parse(input()))),
    previewOmf: async () => JSON.stringify(await bank.previewOmfImport(JSON.parse(input()))),
    async txt() {
        const { serialize } = await upstream('internal/portability.js');
        return serialize(await bank._backend.exportAll());
    },
    async zip() {
        const { toZip } = await upstream('internal/portability.js');
        return Buffer.from(toZip(await bank._backend.exportAll()));
    },
    async fromTxt() {
        const { deserialize } = await upstream('internal/portability.js');
        for (const { path, content } of deserialize(input())) {
            mkdirSync(dirname(join(root, path)), { recursive: true });
            writeFileSync(join(root, path), content);
        }
        return '';
    },
};
process.stdout.write(await commands[command]());
