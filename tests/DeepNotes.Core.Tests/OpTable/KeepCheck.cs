using DeepNotes.Ops;

namespace DeepNotes.OpTable;

/// <summary>Holds what a formula's Keep says against what its gradient reads.</summary>
public interface IKeepCheck
{
    void Run(Tensor[] x, string name);

    /// <summary>The gradients with respect to the inputs, in one pass, from these inputs and this output.</summary>
    Tensor[] Gradients(Tensor g, Tensor[] x, Tensor y);
}

/// <summary>The gradient with NaN in place of what is not kept must not change; with NaN in place of what is kept it must.</summary>
public sealed class UnaryKeep<TOp>(TOp formula) : IKeepCheck where TOp : unmanaged, IUnaryOp
{
    public Tensor[] Gradients(Tensor g, Tensor[] x, Tensor y) => [g.Backend.MapGradient(formula, g, x[0], y)];

    public void Run(Tensor[] inputs, string name)
    {
        using var off = Grad.Off();
        var x = inputs[0];
        var y = x.Map(formula);
        var g = Tensor.Randn(x.Shape, x.DType, new Rng(1));
        var nan = Tensor.Full(x.Shape, double.NaN, x.DType);
        foreach (bool fused in new[] { true, false })
        {
            Tensor Gradient(Tensor x, Tensor y) => fused ? x.Backend.MapGradient(formula, g, x, y) : formula.Gradient(g, x, y);
            var expected = Gradient(x, y);
            Check(Keep.Input, Gradient(nan, y));
            Check(Keep.Output, Gradient(x, nan));
            void Check(Keep what, Tensor got) => KeepCheck.Verdict(formula.Keep, what, expected, got, $"{name}, {(fused ? "one pass" : "expression")}");
        }
    }
}

/// <summary>The same for a formula of two tensors.</summary>
public sealed class BinaryKeep<TOp>(TOp formula) : IKeepCheck where TOp : unmanaged, IBinaryOp
{
    public Tensor[] Gradients(Tensor g, Tensor[] x, Tensor y) =>
        [g.Backend.ZipGradient(formula, left: true, g, x[0], x[1], y), g.Backend.ZipGradient(formula, left: false, g, x[0], x[1], y)];

    public void Run(Tensor[] inputs, string name)
    {
        using var off = Grad.Off();
        var (a, b) = (inputs[0], inputs[1]);
        var y = Op.Zip(formula, a, b);
        var g = Tensor.Randn(y.Shape, y.DType, new Rng(1));
        Keep read = Keep.Nothing;
        foreach (bool fused in new[] { true, false })
        foreach (bool left in new[] { true, false })
        {
            Tensor Gradient(Tensor a, Tensor b, Tensor y) => fused ? a.Backend.ZipGradient(formula, left, g, a, b, y)
                : left ? formula.GradientLeft(g, a, b, y) : formula.GradientRight(g, a, b, y);
            var expected = Gradient(a, b, y);
            Check(Keep.Input, Gradient(Nan(a), b, y));
            Check(Keep.Right, Gradient(a, Nan(b), y));
            Check(Keep.Output, Gradient(a, b, Nan(y)));
            void Check(Keep what, Tensor got)
            {
                if (!KeepCheck.IsSame(expected, got)) read |= what;
                if (!formula.Keep.HasFlag(what)) KeepCheck.Verdict(formula.Keep, what, expected, got, $"{name}, {(left ? "left" : "right")}, {(fused ? "one pass" : "expression")}");
            }
        }
        Assert.True(read == formula.Keep, $"{name}: Keep is {formula.Keep}, and the gradients read {read}.");
    }

    private static Tensor Nan(Tensor like) => Tensor.Full(like.Shape, double.NaN, like.DType);
}

internal static class KeepCheck
{
    public static void Verdict(Keep keep, Keep what, Tensor expected, Tensor got, string name)
    {
        if (keep.HasFlag(what)) Assert.False(IsSame(expected, got), $"{name}: Keep names {what}, which the gradient does not read: memory is held for nothing.");
        else Assert.True(IsSame(expected, got), $"{name}: the gradient reads {what}, which Keep does not name.");
    }

    public static bool IsSame(Tensor expected, Tensor got) => Same.FirstDifference(expected, got) is null;
}
