// Runs one operation of the original nanomem against a model server, for the tests that compare with it.
//   node original_driver.mjs CHECKOUT add|update|retrieve ROOT < {url, model, text, inJson} > outcome
// With `inJson` its tool calls are asked for as JSON held to a schema, for models that make none of their own:
// what the original could do if it knew that way.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [checkout, command, root] = process.argv.slice(2);
const { url, model, text, inJson } = JSON.parse(readFileSync(0, 'utf8'));
const { createMemoryBank, createOpenAIClient } = await import(
    pathToFileURL(join(checkout, 'src', 'index.js')).href
);
const spent = { requests: 0, input_tokens: 0, output_tokens: 0 };

function count(usage) {
    spent.requests += 1;
    spent.input_tokens += usage?.prompt_tokens ?? 0;
    spent.output_tokens += usage?.completion_tokens ?? 0;
}

// A tool call as one JSON object that the server holds to the schemas of the tools.
async function asJson({ messages, tools, max_tokens, temperature }) {
    const listed = tools.map(({ function: f }) => `- ${f.name}: ${f.description}`).join('\n');
    const how = `Reply with one JSON object: {"name": "<tool>", "arguments": {...}}\nTools:\n${listed}`;
    const said = messages.map((message) => {
        if (message.role === 'system') return { role: 'system', content: `${message.content}\n\n${how}` };
        if (message.role === 'tool') return { role: 'user', content: `Result:\n${message.content}` };
        const [call] = message.tool_calls ?? [];
        if (!call) return { role: message.role, content: message.content ?? '' };
        const made = { name: call.function.name, arguments: JSON.parse(call.function.arguments || '{}') };
        return { role: 'assistant', content: JSON.stringify(made) };
    });
    const anyOf = tools.map(({ function: f }) => ({
        type: 'object',
        properties: { name: { type: 'string', enum: [f.name] }, arguments: f.parameters },
        required: ['name', 'arguments'],
    }));
    const format = { type: 'json_schema', json_schema: { name: 'call', schema: { anyOf } } };
    const response = await fetch(`${url}/chat/completions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ model, messages: said, max_tokens, temperature, response_format: format }),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const data = await response.json();
    count(data.usage);
    const content = data.choices?.[0]?.message?.content ?? '';
    try {
        const { name, arguments: given } = JSON.parse(content);
        const call = { id: `call-${spent.requests}`, type: 'function' };
        return { content: '', tool_calls: [{ ...call, function: { name, arguments: JSON.stringify(given) } }] };
    } catch {
        return { content, tool_calls: [] };
    }
}

const inner = createOpenAIClient({ apiKey: 'none', baseUrl: url });
const llmClient = {
    async createChatCompletion(request) {
        if (inJson && request.tools?.length) return asJson(request);
        const reply = await inner.createChatCompletion(request);
        count(reply.usage);
        return reply;
    },
};
const bank = createMemoryBank({ llmClient, model, storage: 'filesystem', storagePath: root });
await bank.init();
// The files were written by hand: it finds what its index names.
await bank.storage.rebuildTree();
let outcome;
if (command === 'retrieve') {
    const found = await bank.retrieve(text);
    outcome = { status: 'answered', answer: found?.assembledContext ?? '' };
} else {
    const done = await bank.ingest([{ role: 'user', content: text }], { mode: command });
    outcome = { status: done.status, answer: done.error ?? '' };
}
console.log(JSON.stringify({ ...outcome, ...spent }));
