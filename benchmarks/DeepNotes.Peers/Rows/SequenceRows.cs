using DeepNotes.Models;
using DeepNotes.Nn;
using TorchSharp;

namespace DeepNotes.Peers.Rows;

/// <summary>Inference of models that read sequences, one at a time: ours a snapshot, theirs in evaluation and inference mode.</summary>
static class SequenceRows
{
    public static IEnumerable<(string Name, Func<Row> Make)> All =>
    [
        ("infer_lstm", Lstm),
        ("infer_gpt_token", () => GptToken(65, 64, 128, 4, 4)),
        ("infer_gpt2_token", () => GptToken(5000, 64, 768, 12, 12)),
        ("infer_gpt2_token_int8", () => GptToken(5000, 64, 768, 12, 12, DType.Int8)),
        ("infer_bert_base", BertBase),
    ];

    /// <summary>One step of two layers of 256, from a state.</summary>
    static Call Lstm()
    {
        const int Input = 128, Hidden = 256;
        LSTM ours = new(Input, Hidden, 2);
        var theirs = torch.nn.LSTM(Input, Hidden, 2);
        Networks.Copy(theirs, ours);
        ours = ours.Snapshot();
        float[] x = Numbers.Uniform(Input, 1), h = Numbers.Uniform(2 * Hidden, 2), c = Numbers.Uniform(2 * Hidden, 3);
        Tensor ourX = Numbers.ForUs(x, [1, 1, Input]);
        LstmState ourState = new(Numbers.ForUs(h, [2, 1, Hidden]), Numbers.ForUs(c, [2, 1, Hidden]));
        torch.Tensor theirX = Numbers.ForThem(x, [1, 1, Input]), theirH = Numbers.ForThem(h, [2, 1, Hidden]), theirC = Numbers.ForThem(c, [2, 1, Hidden]);
        return new(theirs, Work.Calls, () => ours.Forward(ourX, ourState).State.Cell, () => theirs.forward(theirX, (theirH, theirC)).Item3, theirX, theirH, theirC);
    }

    /// <summary>
    /// The logits of one more token after 32 others: of a small model, and of one as GPT-2 with fewer words, whose weights no cache holds. Ours may have fewer bits; theirs are always
    /// Float32.
    /// </summary>
    static Call GptToken(int words, int time, int width, int layers, int heads, DType? quantized = null)
    {
        const int Past = 32;
        Gpt ours = new(new(words, width, layers, heads) { MaxPositions = time, Dropout = 0 });
        var theirs = new TorchGpt(words, time, width, layers, heads);
        Networks.Copy(theirs, ours);
        if (quantized is { } type) ours = ours.Quantize(type);
        ours = ours.Snapshot();
        long[] tokens = Numbers.Whole(Past, 1, words);
        Tensor ourToken = Tensor.From<long>([7], [1, 1]);
        var cache = ours.NewCache();
        ours.Forward(Tensor.From(tokens).Reshape(1, Past), cache);
        using var off = torch.inference_mode();
        torch.Tensor theirToken = torch.tensor([7L], [1, 1]), theirTokens = torch.tensor(tokens, [1, Past]);
        var seen = theirs.Continue(theirTokens, null).Seen;
        return new(theirs, Work.Calls, () =>
        {
            cache.Truncate(Past);
            return ours.Forward(ourToken, cache);
        }, () => theirs.Continue(theirToken, seen).Logits, [theirToken, theirTokens, .. seen.Select(s => s.K), .. seen.Select(s => s.V)]) { Tolerance = quantized is null ? 1e-4 : 0.05 };
    }

    /// <summary>BERT-base, twelve layers of 768 with twelve heads, over 128 tokens.</summary>
    static Call BertBase()
    {
        const int Time = 128, Width = 768, Layers = 12, Words = 30522;
        Bert ours = new(new(Words, Width, Layers, 12), hasPooler: false);
        var theirs = new TorchBert(Words, Width, Layers, 12);
        Networks.Copy(theirs, ours);
        ours = ours.Snapshot();
        long[] tokens = Numbers.Whole(Time, 1, Words);
        Tensor ourTokens = Tensor.From(tokens).Reshape(1, Time);
        torch.Tensor theirTokens = torch.tensor(tokens, [1, Time]);
        return new(theirs, Work.Flops(Layers * ModelRows.Transformer(Time, Time, Width)), () => ours.Forward(ourTokens), () => theirs.forward(theirTokens), theirTokens);
    }

    /// <summary>A call of both sides without gradients.</summary>
    sealed class Call : Row
    {
        readonly torch.nn.Module theirModule;
        readonly Func<Tensor> ours;
        readonly Func<torch.Tensor> theirs;
        readonly torch.Tensor[] held;

        public Call(torch.nn.Module theirModule, Work work, Func<Tensor> ours, Func<torch.Tensor> theirs, params torch.Tensor[] held)
        {
            (this.theirModule, Work, this.ours, this.theirs, this.held) = (theirModule, work, ours, theirs, held);
            Tolerance = 1e-4;
            theirModule.eval();
        }

        public override Work Work { get; }

        public override void Ours() => ours();

        public override void Theirs()
        {
            using var off = torch.inference_mode();
            using var scope = torch.NewDisposeScope();
            theirs();
        }

        public override IEnumerable<Pair> Results()
        {
            using var off = torch.inference_mode();
            using var scope = torch.NewDisposeScope();
            yield return new("output", Numbers.Read(ours()), Numbers.Read(theirs()));
        }

        public override void Dispose()
        {
            foreach (var tensor in held) tensor.Dispose();
            theirModule.Dispose();
        }
    }
}
