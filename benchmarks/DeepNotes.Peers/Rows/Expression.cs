using TorchSharp;

namespace DeepNotes.Peers.Rows;

/// <summary>One expression of some input tensors, uniform in [−1, 1), in Float32 or twice as many bits; alone, or followed by the gradients of all its inputs.</summary>
sealed class Expression : Row
{
    readonly Func<Tensor[], Tensor> ours;
    readonly Func<torch.Tensor[], torch.Tensor> theirs;
    readonly Tensor[] ourInputs;
    readonly torch.Tensor[] theirInputs;
    readonly Tensor? ourCotangent;
    readonly torch.Tensor? theirCotangent;

    public Expression(
        int[][] inputs, Func<Tensor[], Tensor> ours, Func<torch.Tensor[], torch.Tensor> theirs, Work work, bool backward = false, bool twice = false)
    {
        this.ours = ours;
        this.theirs = theirs;
        Work = work;
        var values = inputs.Select((shape, i) => Numbers.Uniform(Numbers.Count(shape), seed: i + 1)).ToArray();
        ourInputs = [.. inputs.Select((shape, i) => Numbers.ForUs(values[i], shape, twice))];
        theirInputs = [.. inputs.Select((shape, i) => Numbers.ForThem(values[i], shape, twice))];
        if (!backward) return;

        foreach (var t in ourInputs) t.RequiresGrad = true;
        foreach (var t in theirInputs) t.requires_grad = true;
        int[] outputShape;
        using (torch.NewDisposeScope()) outputShape = [.. theirs(theirInputs).shape.Select(d => (int)d)];
        var cotangent = Numbers.Uniform(Numbers.Count(outputShape), seed: 100);
        ourCotangent = Numbers.ForUs(cotangent, outputShape);
        theirCotangent = Numbers.ForThem(cotangent, outputShape);
    }

    public override Work Work { get; }

    /// <summary>Ours gives its memory back by a scope, as theirs has to, instead of leaving it to the garbage collector.</summary>
    public bool Scoped { get; init; }

    public override void Ours()
    {
        if (Scoped)
        {
            using var scope = new TensorScope();
            Compute();
            return;
        }
        Compute();
    }

    void Compute()
    {
        var y = ours(ourInputs);
        if (ourCotangent is not null) Grad.Of(y, ourInputs, ourCotangent);
    }

    public override void Theirs()
    {
        if (theirCotangent is null)
        {
            using var y = theirs(theirInputs);
            return;
        }
        using var scope = torch.NewDisposeScope();
        torch.autograd.grad([theirs(theirInputs)], theirInputs, [theirCotangent]);
    }

    public override IEnumerable<Pair> Results()
    {
        using var scope = torch.NewDisposeScope();
        var our = ours(ourInputs);
        var their = theirs(theirInputs);
        yield return new("value", Numbers.Read(our), Numbers.Read(their));
        if (ourCotangent is null || theirCotangent is null) yield break;
        var ourGradients = Grad.Of(our, ourInputs, ourCotangent);
        var theirGradients = torch.autograd.grad([their], theirInputs, [theirCotangent]);
        for (var i = 0; i < ourInputs.Length; i++)
            yield return new($"gradient {i}", Numbers.Read(ourGradients[i]), Numbers.Read(theirGradients[i]));
    }

    public override void Dispose()
    {
        foreach (var t in theirInputs) t.Dispose();
        theirCotangent?.Dispose();
    }
}
