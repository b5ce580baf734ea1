namespace DeepNotes.Nn;

/// <summary>An activation that a linear layer's product can apply to its sums on their way to memory, because the gradient needs no more than the result.</summary>
internal interface IEpilogueLayer
{
    /// <summary>The linear layer and this activation in one pass; hooks are not called.</summary>
    /// <param name="linear">The layer before this one.</param>
    /// <param name="x">Its input.</param>
    Tensor Forward(Linear linear, Tensor x);
}
