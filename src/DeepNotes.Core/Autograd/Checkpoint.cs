using DeepNotes.Autograd;

namespace DeepNotes;

public static partial class Op
{
    /// <summary>
    /// Runs part of a model without keeping what its gradient needs: it is computed a second time during Backward, with
    /// the same random numbers. Less memory for more time. Matches torch.utils.checkpoint.checkpoint.
    /// </summary>
    /// <param name="function">Part of a model; what it uses beside its inputs (parameters) gets its gradient by <see cref="Tensor.Backward"/>, not by <see cref="Grad.Of"/>.</param>
    /// <param name="inputs">Its inputs.</param>
    public static Tensor Checkpoint(Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        var all = (Tensor[])inputs.Clone();
        if (!Grad.IsOn) return function(all);
        var rng = Rng.Default;
        var node = new CheckpointNode(function, all, rng.InitialSeed, rng.Position);
        Tensor y;
        using (Grad.Off()) y = function(all);
        node.Keep(all);
        return Record(node, inputs, y, 0);
    }

    /// <summary>As <see cref="Checkpoint(Func{Tensor[], Tensor}, Tensor[])"/>, for one input.</summary>
    /// <param name="function">Part of a model.</param>
    /// <param name="input">Its input.</param>
    public static Tensor Checkpoint(Func<Tensor, Tensor> function, Tensor input) => Checkpoint(x => function(x[0]), [input]);
}

internal sealed class CheckpointNode(Func<Tensor[], Tensor> function, Tensor[] inputs, ulong seed, ulong position) : Node
{
    public override string Name => nameof(Op.Checkpoint);

    // The function is the user's: it may hold on to anything.
    public override bool IsForeign => true;

    public override void Run(ReadOnlySpan<Tensor?> g, Span<Tensor?> into, HashSet<Node>? needed)
    {
        if (Grad.IsOn) throw new NotSupportedException("Checkpoint: a gradient that goes through a checkpoint cannot be differentiated again; leave the checkpoint out where createGraph is used.");
        var kept = Kept();
        var leaves = new Tensor[kept.Count];
        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = kept[i].Detach();
            if (inputs[i].RequiresGrad) leaves[i].RequiresGrad = true;
        }
        var before = Rng.Default;
        Tensor y;
        try
        {
            Rng.Default = new Rng(seed) { Position = position };
            using (Grad.On()) y = function(leaves);
        }
        finally
        {
            Rng.Default = before;
        }
        if (!y.RequiresGrad) return;
        y.Backward(g[0]);
        for (int i = 0; i < leaves.Length; i++) into[i] = leaves[i].Grad;
    }
}
