namespace DeepNotes.Nn;

/// <summary>
/// A layer whose formula has one weight and perhaps a bias, and which can be computed with others in their place: what
/// <see cref="WeightNorm"/> and <see cref="SpectralNorm"/> wrap, and a network whose weights another network computes.
/// </summary>
public interface IWeightedLayer : ILayer
{
    /// <summary>The weight.</summary>
    Parameter Weight { get; set; }

    /// <summary>The bias, null for none.</summary>
    Parameter? Bias { get; set; }

    /// <summary>Which dimension of the weight counts the outputs: 0, or 1 for transposed convolutions.</summary>
    int OutputDimension { get; }

    /// <summary>The layer's formula with a weight and a bias from elsewhere; hooks are not called.</summary>
    /// <param name="x">The layer's input.</param>
    /// <param name="weight">Of the shape of <see cref="Weight"/>.</param>
    /// <param name="bias">Of the shape of <see cref="Bias"/>, null for none.</param>
    Tensor Forward(Tensor x, Tensor weight, Tensor? bias);
}
