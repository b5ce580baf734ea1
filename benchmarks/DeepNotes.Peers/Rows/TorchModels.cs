using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace DeepNotes.Peers.Rows;

/// <summary>torchvision's block of ResNet-18.</summary>
sealed class TorchBlock : Module<TorchTensor, TorchTensor>
{
    // Components are registered in this order.
    readonly Conv2d conv1;
    readonly BatchNorm2d bn1;
    readonly Conv2d conv2;
    readonly BatchNorm2d bn2;
    readonly Sequential? downsample;

    public TorchBlock(long inChannels, long channels, long stride) : base("block")
    {
        conv1 = Conv2d(inChannels, channels, 3, stride, 1, bias: false);
        bn1 = BatchNorm2d(channels);
        conv2 = Conv2d(channels, channels, 3, 1, 1, bias: false);
        bn2 = BatchNorm2d(channels);
        if (stride != 1 || inChannels != channels) downsample = Sequential(Conv2d(inChannels, channels, 1, stride, bias: false), BatchNorm2d(channels));
        RegisterComponents();
    }

    public override TorchTensor forward(TorchTensor x)
    {
        using var scope = NewDisposeScope();
        var y = functional.relu(bn1.forward(conv1.forward(x)), inplace: true);
        y = bn2.forward(conv2.forward(y));
        return functional.relu(y.add_(downsample?.forward(x) ?? x), inplace: true).MoveToOuterDisposeScope();
    }
}

/// <summary>ResNet-18 for images of 32 × 32.</summary>
sealed class TorchResNet : Module<TorchTensor, TorchTensor>
{
    readonly Conv2d conv1 = Conv2d(3, 64, 3, 1, 1, bias: false);
    readonly BatchNorm2d bn1 = BatchNorm2d(64);
    readonly Sequential layers = Sequential(
        new TorchBlock(64, 64, 1), new TorchBlock(64, 64, 1), new TorchBlock(64, 128, 2), new TorchBlock(128, 128, 1),
        new TorchBlock(128, 256, 2), new TorchBlock(256, 256, 1), new TorchBlock(256, 512, 2), new TorchBlock(512, 512, 1));
    readonly Linear fc = Linear(512, 10);

    public TorchResNet() : base("resnet") => RegisterComponents();

    public override TorchTensor forward(TorchTensor x)
    {
        using var scope = NewDisposeScope();
        x = functional.relu(bn1.forward(conv1.forward(x)), inplace: true);
        return fc.forward(layers.forward(x).mean([2, 3])).MoveToOuterDisposeScope();
    }
}

/// <summary>A layer of GPT-2.</summary>
sealed class TorchGptLayer : Module<TorchTensor, TorchTensor>
{
    readonly long heads;
    readonly LayerNorm ln1;
    readonly Linear attn, proj;
    readonly LayerNorm ln2;
    readonly Linear fc, back;

    public TorchGptLayer(long width, long heads) : base("layer")
    {
        this.heads = heads;
        ln1 = LayerNorm(width);
        attn = Linear(width, 3 * width);
        proj = Linear(width, width);
        ln2 = LayerNorm(width);
        fc = Linear(width, 4 * width);
        back = Linear(4 * width, width);
        RegisterComponents();
    }

    public override TorchTensor forward(TorchTensor x) => forward(x, null).Y;

    /// <summary>With the keys and values of earlier positions; also gives those of all.</summary>
    public (TorchTensor Y, TorchTensor K, TorchTensor V) forward(TorchTensor x, (TorchTensor K, TorchTensor V)? past)
    {
        using var scope = NewDisposeScope();
        var parts = attn.forward(ln1.forward(x)).chunk(3, -1);
        long n = x.shape[0], t = x.shape[1], width = x.shape[2];
        TorchTensor q = Heads(parts[0]), k = Heads(parts[1]), v = Heads(parts[2]);
        if (past is { } p) (k, v) = (cat([p.K, k], 2), cat([p.V, v], 2));
        var y = functional.scaled_dot_product_attention(q, k, v, is_casual: t > 1);
        x = x + proj.forward(y.transpose(1, 2).reshape(n, t, width));
        x = x + back.forward(functional.gelu(fc.forward(ln2.forward(x)), approximate: TorchSharp.Modules.GELU.Approximate.tanh));
        return (x.MoveToOuterDisposeScope(), k.MoveToOuterDisposeScope(), v.MoveToOuterDisposeScope());

        TorchTensor Heads(TorchTensor part) => part.view(n, t, heads, width / heads).transpose(1, 2);
    }
}

/// <summary>GPT-2, its output tied to the embedding.</summary>
sealed class TorchGpt : Module<TorchTensor, TorchTensor>
{
    readonly Embedding wte, wpe;
    readonly ModuleList<TorchGptLayer> layers;
    readonly LayerNorm norm;

    public TorchGpt(long vocabulary, long positions, long width, int layers, long heads) : base("gpt")
    {
        wte = Embedding(vocabulary, width);
        wpe = Embedding(positions, width);
        this.layers = ModuleList(Enumerable.Range(0, layers).Select(_ => new TorchGptLayer(width, heads)).ToArray());
        norm = LayerNorm(width);
        RegisterComponents();
        init.normal_(wte.weight!, 0, 0.02);
        init.normal_(wpe.weight!, 0, 0.02);
    }

    /// <summary>The logits of all positions, [N·T, vocabulary].</summary>
    public override TorchTensor forward(TorchTensor tokens)
    {
        var x = wte.forward(tokens) + wpe.weight!.narrow(0, 0, tokens.shape[1]);
        foreach (var layer in layers) x = layer.forward(x);
        return functional.linear(norm.forward(x), wte.weight!).flatten(0, 1);
    }

    /// <summary>As <see cref="forward"/>, after the positions whose keys and values are given for every layer; also gives those of all.</summary>
    public (TorchTensor Logits, (TorchTensor K, TorchTensor V)[] Seen) Continue(TorchTensor tokens, (TorchTensor K, TorchTensor V)[]? past)
    {
        var seen = new (TorchTensor, TorchTensor)[layers.Count];
        var x = wte.forward(tokens) + wpe.weight!.narrow(0, past is null ? 0 : past[0].K.shape[2], tokens.shape[1]);
        for (var i = 0; i < seen.Length; i++) (x, seen[i].Item1, seen[i].Item2) = layers[i].forward(x, past?[i]);
        return (functional.linear(norm.forward(x), wte.weight!).flatten(0, 1), seen);
    }
}

/// <summary>A layer of BERT.</summary>
sealed class TorchBertLayer : Module<TorchTensor, TorchTensor>
{
    readonly long heads;
    readonly Linear query, key, value, dense;
    readonly LayerNorm norm1;
    readonly Linear intermediate, output;
    readonly LayerNorm norm2;

    public TorchBertLayer(long width, long heads) : base("layer")
    {
        this.heads = heads;
        (query, key, value) = (Linear(width, width), Linear(width, width), Linear(width, width));
        dense = Linear(width, width);
        norm1 = LayerNorm(width, 1e-12);
        intermediate = Linear(width, 4 * width);
        output = Linear(4 * width, width);
        norm2 = LayerNorm(width, 1e-12);
        RegisterComponents();
    }

    public override TorchTensor forward(TorchTensor x)
    {
        using var scope = NewDisposeScope();
        long n = x.shape[0], t = x.shape[1], width = x.shape[2];
        var y = functional.scaled_dot_product_attention(Heads(query), Heads(key), Heads(value));
        x = norm1.forward(x + dense.forward(y.transpose(1, 2).reshape(n, t, width)));
        x = norm2.forward(x + output.forward(functional.gelu(intermediate.forward(x))));
        return x.MoveToOuterDisposeScope();

        TorchTensor Heads(Linear projection) => projection.forward(x).view(n, t, heads, width / heads).transpose(1, 2);
    }
}

/// <summary>BERT's encoder; with classes, a classifier of its first position.</summary>
sealed class TorchBert : Module<TorchTensor, TorchTensor>
{
    readonly Embedding words, positions, types;
    readonly LayerNorm norm;
    readonly ModuleList<TorchBertLayer> layers;
    readonly Linear? pooler, classifier;

    public TorchBert(long vocabulary, long width, int layers, long heads, long? classes = null) : base("bert")
    {
        (words, positions, types) = (Embedding(vocabulary, width, padding_idx: 0), Embedding(512, width), Embedding(2, width));
        norm = LayerNorm(width, 1e-12);
        this.layers = ModuleList(Enumerable.Range(0, layers).Select(_ => new TorchBertLayer(width, heads)).ToArray());
        if (classes is { } count) (pooler, classifier) = (Linear(width, width), Linear(width, count));
        RegisterComponents();
        foreach (var table in (Embedding[])[words, positions, types]) init.normal_(table.weight!, 0, 0.02);
    }

    public override TorchTensor forward(TorchTensor tokens)
    {
        using var scope = NewDisposeScope();
        var x = words.forward(tokens) + types.weight!.select(0, 0) + positions.weight!.narrow(0, 0, tokens.shape[1]);
        x = norm.forward(x);
        foreach (var layer in layers) x = layer.forward(x);
        if (pooler is not null) x = classifier!.forward(pooler.forward(x.select(1, 0)).tanh());
        return x.MoveToOuterDisposeScope();
    }
}

/// <summary>A recurrent network and a classifier of its last output.</summary>
sealed class TorchRecurrent : Module<TorchTensor, TorchTensor>
{
    readonly LSTM? lstm;
    readonly GRU? gru;
    readonly Linear head;

    public TorchRecurrent(bool isLstm, long input, long hidden, long layers, long classes) : base("recurrent")
    {
        if (isLstm) lstm = LSTM(input, hidden, layers);
        else gru = GRU(input, hidden, layers);
        head = Linear(hidden, classes);
        RegisterComponents();
    }

    public override TorchTensor forward(TorchTensor x)
    {
        using var scope = NewDisposeScope();
        var y = lstm is not null ? lstm.forward(x).Item1 : gru!.forward(x).Item1;
        return head.forward(y.select(0, -1)).MoveToOuterDisposeScope();
    }
}
