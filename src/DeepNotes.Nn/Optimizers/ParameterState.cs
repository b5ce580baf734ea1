namespace DeepNotes.Nn;

/// <summary>What an optimizer remembers of one parameter.</summary>
public sealed class ParameterState
{
    private readonly Tensor[] tensors;
    private readonly double[] numbers;

    internal ParameterState(Tensor[] tensors, int numbers)
    {
        this.tensors = tensors;
        this.numbers = new double[numbers];
    }

    /// <summary>How many updates the parameter has had, the one in progress included.</summary>
    public long Step { get; internal set; }

    /// <summary>The single numbers, in the order of the optimizer's <see cref="Optimizer.NumberNames"/>; zero before the first update.</summary>
    public Span<double> Numbers => numbers;

    /// <summary>A tensor; zeros of the parameter's shape before the first update, unless the optimizer says otherwise.</summary>
    /// <param name="index">Its position in the optimizer's <see cref="Optimizer.StateNames"/>.</param>
    public Tensor this[int index] => tensors[index];
}
