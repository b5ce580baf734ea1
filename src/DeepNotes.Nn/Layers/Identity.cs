namespace DeepNotes.Nn;

/// <summary>Passes its input through: a place in a model where a layer may stand. Matches torch.nn.Identity.</summary>
public sealed partial class Identity : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x;
}
