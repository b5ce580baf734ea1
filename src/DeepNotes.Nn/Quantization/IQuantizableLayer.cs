namespace DeepNotes.Nn;

/// <summary>
/// A layer that multiplies by a matrix and can do so with one of fewer bits, through <see cref="Quantization.Linear"/>: what
/// <see cref="Quantization.Quantize{TModule}"/> looks for.
/// </summary>
public interface IQuantizableLayer : ILayer
{
    /// <summary>The matrix; of Int8, BFloat16 or Float16 and frozen once it is quantized.</summary>
    Parameter Weight { get; set; }

    /// <summary>Float32, one factor for each output, where the matrix is Int8; null otherwise. A buffer, so that it is saved.</summary>
    Tensor? Scale { get; set; }

    /// <summary>Which dimension of the matrix counts the outputs: 0, or 1 where it is stored the other way round.</summary>
    int OutputDimension { get; }
}
