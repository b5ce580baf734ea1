namespace DeepNotes.Nn;

/// <summary>What maps one tensor to one tensor: what <see cref="Sequential"/> can hold.</summary>
public interface ILayer
{
    /// <summary>Computes the layer's output.</summary>
    /// <param name="x">The input; its shape is the layer's matter.</param>
    Tensor Forward(Tensor x);
}
