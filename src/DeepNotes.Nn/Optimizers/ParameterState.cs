namespace DeepNotes.Nn;

/// <summary>What an optimizer remembers of one parameter.</summary>
public sealed class ParameterState
{
    private readonly Tensor[] tensors;

    internal ParameterState(Parameter parameter, int count)
    {
        // The state outlives the step that makes it, and with it the scope that a step may run in.
        using var outside = TensorScope.Outside();
        tensors = new Tensor[count];
        for (int i = 0; i < count; i++) tensors[i] = Tensor.ZerosLike(parameter);
    }

    /// <summary>How many updates the parameter has had, the one in progress included.</summary>
    public long Step { get; internal set; }

    /// <summary>A tensor of the parameter's shape, zero before the first update.</summary>
    /// <param name="index">Its position in the optimizer's <see cref="Optimizer.StateNames"/>.</param>
    public Tensor this[int index] => tensors[index];
}
