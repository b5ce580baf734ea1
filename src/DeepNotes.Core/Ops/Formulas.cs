using DeepNotes.Lanes;

namespace DeepNotes.Ops;

/// <summary>Which tensors a gradient reads. Nothing else is kept between forward and backward.</summary>
[Flags]
public enum Keep
{
    /// <summary>Only the incoming gradient.</summary>
    Nothing = 0,

    /// <summary>The input (the left one of a binary formula).</summary>
    Input = 1,

    /// <summary>The output.</summary>
    Output = 2,

    /// <summary>The right input of a binary formula.</summary>
    Right = 4,
}

/// <summary>
/// An elementwise function of one tensor: one formula for SIMD vectors, GPU threads and, in its gradient, tensors.
/// Attributes are fields, and <c>double</c>: 0.01f is not the 0.01 that PyTorch computes with.
/// </summary>
/// <remarks>
/// A formula also runs as a GPU kernel, with itself as an argument. Its fields may be numbers, enums and other formulas,
/// but not <c>bool</c>, <c>char</c>, <c>Half</c> or references; its methods compute with the lane alone: no
/// <see cref="Math"/>, no arrays, no exceptions. It is public, or its assembly makes internals visible to <c>ILGPURuntime</c>.
/// </remarks>
public interface IUnaryOp
{
    /// <summary>What <see cref="Gradient{V}"/> reads; it gets an undefined value for the rest.</summary>
    Keep Keep { get; }

    /// <summary>The function.</summary>
    V Apply<V>(V x) where V : INumberLane<V>;

    /// <summary>The gradient with respect to <paramref name="x"/>.</summary>
    /// <param name="g">The gradient with respect to <paramref name="y"/>.</param>
    /// <param name="x">The input, if kept.</param>
    /// <param name="y">The output, if kept.</param>
    V Gradient<V>(V g, V x, V y) where V : ILane<V>;
}

/// <summary>An elementwise function of two tensors that broadcast against each other.</summary>
public interface IBinaryOp
{
    /// <summary>What the gradients read; they get an undefined value for the rest.</summary>
    Keep Keep { get; }

    /// <summary>The function.</summary>
    V Apply<V>(V a, V b) where V : INumberLane<V>;

    /// <summary>The gradient with respect to <paramref name="a"/>, not yet summed over broadcast dimensions.</summary>
    V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V>;

    /// <summary>The gradient with respect to <paramref name="b"/>, not yet summed over broadcast dimensions.</summary>
    V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V>;
}

/// <summary>An elementwise test of two tensors; the result is Bool and has no gradient.</summary>
public interface ICompareOp
{
    /// <summary>The mask of the test.</summary>
    V Test<V>(V a, V b) where V : INumberLane<V>;
}

/// <summary>A reduction: combined from an identity, in an order that depends on the shape alone, then finished.</summary>
public interface IReduceOp
{
    /// <summary>What changes nothing when combined.</summary>
    V Identity<V>() where V : INumberLane<V>;

    /// <summary>Combines two partial results; associative up to rounding.</summary>
    V Combine<V>(V a, V b) where V : INumberLane<V>;

    /// <summary>The result from the combination of <paramref name="count"/> elements.</summary>
    V Finish<V>(V total, double count) where V : INumberLane<V>;
}

/// <summary>
/// Marks a formula that is valid on integers as it stands; any other formula converts integers to Float32 first,
/// as PyTorch does.
/// </summary>
public interface IIntegerFormula;

/// <summary>Two formulas in one pass over memory, gradient too.</summary>
/// <param name="First">Applied to the input.</param>
/// <param name="Second">Applied to the first one's output.</param>
public readonly record struct Then<TFirst, TSecond>(TFirst First, TSecond Second) : IUnaryOp, IFormulaChain
    where TFirst : unmanaged, IUnaryOp where TSecond : unmanaged, IUnaryOp
{
    /// <inheritdoc/>
    public Keep Keep => Keep.Input | (Second.Keep & Keep.Output);

    /// <inheritdoc/>
    public V Apply<V>(V x) where V : INumberLane<V> => Second.Apply(First.Apply(x));

    /// <inheritdoc/>
    public V Gradient<V>(V g, V x, V y) where V : ILane<V>
    {
        V middle = V.Call(First, x);
        return First.Gradient(Second.Gradient(g, middle, y), x, middle);
    }

    void IFormulaChain.Visit<TVisitor>(ref TVisitor visitor)
    {
        Visit(First, ref visitor);
        Visit(Second, ref visitor);
    }

    private static void Visit<TOp, TVisitor>(TOp op, ref TVisitor visitor) where TOp : unmanaged, IUnaryOp where TVisitor : struct, IFormulaVisitor
    {
        if (op is IFormulaChain chain) chain.Visit(ref visitor);
        else visitor.Visit(op);
    }
}

/// <summary>A formula that consists of several, shown one by one in their order.</summary>
internal interface IFormulaChain
{
    void Visit<TVisitor>(ref TVisitor visitor) where TVisitor : struct, IFormulaVisitor;
}

/// <summary>Is shown the formulas of a chain.</summary>
internal interface IFormulaVisitor
{
    void Visit<TOp>(TOp op) where TOp : unmanaged, IUnaryOp;
}

/// <summary>Formulas one after the other.</summary>
public static class FormulaChains
{
    extension<TFirst>(TFirst first) where TFirst : unmanaged, IUnaryOp
    {
        /// <summary>This formula and then another, in one pass over memory: <c>x.Map(new Tanh().Then(new Square()))</c>.</summary>
        /// <typeparam name="TSecond">The formula that follows.</typeparam>
        /// <param name="second">Its attributes.</param>
        public Then<TFirst, TSecond> Then<TSecond>(TSecond second) where TSecond : unmanaged, IUnaryOp => new(first, second);
    }
}
