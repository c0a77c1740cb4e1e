"""Makes a model of a few hundred kilobytes with random weights: `python tiny.py FILE`. Needs gguf and numpy.

It says nonsense, and that will do: what is tested with it is the real server around it, from the wire to the
grammars that hold a reply to a schema. The same file comes out every time.
"""

import sys
from pathlib import Path

import gguf
import numpy

WIDTH, HEADS, LAYERS, INNER, CONTEXT = 64, 4, 2, 128, 16_384
TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def main(file: Path) -> None:
    """Write the model to `file`."""
    tokens = [b"<unk>", b"<s>", b"</s>", *(f"<0x{byte:02X}>".encode() for byte in range(256))]
    tokens += [chr(code).encode() for code in range(33, 127)] + ["\u2581".encode()]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.BYTE] * 256
    kinds += [gguf.TokenType.NORMAL] * (len(tokens) - len(kinds))
    random = numpy.random.default_rng(7)
    writer = gguf.GGUFWriter(str(file), "llama")
    writer.add_name("tiny-random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([-1.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(TEMPLATE)

    def put(name: str, *shape: int) -> None:
        weights = numpy.ones(shape) if len(shape) == 1 else random.normal(0, 0.3, shape)
        writer.add_tensor(name, weights.astype(numpy.float32))

    put("token_embd.weight", len(tokens), WIDTH)
    put("output.weight", len(tokens), WIDTH)
    put("output_norm.weight", WIDTH)
    for layer in range(LAYERS):
        put(f"blk.{layer}.attn_norm.weight", WIDTH)
        put(f"blk.{layer}.ffn_norm.weight", WIDTH)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            put(f"blk.{layer}.{part}.weight", WIDTH, WIDTH)
        put(f"blk.{layer}.ffn_gate.weight", INNER, WIDTH)
        put(f"blk.{layer}.ffn_up.weight", INNER, WIDTH)
        put(f"blk.{layer}.ffn_down.weight", WIDTH, INNER)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
