namespace DeepNotes.Nn;

/// <summary>
/// Inference with weights of fewer bits (weight-only quantization): matrices are stored as Int8 with a Float32 scale for each output, or as 16-bit
/// numbers, and widened in registers while they are multiplied. Inputs, sums and results stay Float32.
/// </summary>
public static class Quantization
{
    private const double Largest = sbyte.MaxValue;

    extension<TModule>(TModule module) where TModule : Module
    {
        /// <summary>
        /// A copy for inference whose linear layers, all below this module that are <see cref="IQuantizableLayer"/>s, hold their matrices in fewer bits;
        /// everything else is copied as it is. It is in evaluation mode and frozen, and saves and loads its quantized state dict like any module.
        /// </summary>
        /// <remarks>
        /// A matrix that the model multiplies by in its own formula, such as a token embedding that doubles as the output layer, keeps its type. Take a
        /// <see cref="ModuleCopies.Snapshot"/> of the copy for inference from many threads.
        /// </remarks>
        /// <param name="dtype">Int8: a quarter of the memory, each weight within half of 1/127 of its row's largest magnitude. BFloat16 and Float16: half of it, rounded to 8 and 11 bits.</param>
        /// <param name="only">Told a layer's key, as in <see cref="Module.NamedModules"/>, says whether it is quantized; null for all.</param>
        /// <returns>The copy.</returns>
        /// <exception cref="DTypeException">The type is none of these, or a matrix is Float64.</exception>
        public TModule Quantize(DType dtype, Func<string, bool>? only = null)
        {
            CheckType(dtype);
            TModule copy = module.Clone();
            Dictionary<Parameter, (Parameter, Tensor?)> known = new(ReferenceEqualityComparer.Instance);
            using (Grad.Off())
            using (TensorScope.Outside())
            {
                foreach (var (key, layer) in copy.NamedModules())
                {
                    if (layer is not IQuantizableLayer quantizable || only?.Invoke(key) == false) continue;
                    // What was tied stays tied.
                    if (!known.TryGetValue(quantizable.Weight, out var matrix)) known[quantizable.Weight] = matrix = Narrow(quantizable, dtype);
                    (quantizable.Weight, quantizable.Scale) = matrix;
                }
            }
            copy.Freeze();
            copy.Eval();
            return copy;
        }
    }

    /// <summary>x·(w·scale)ᵀ + b for a matrix of Int8, BFloat16 or Float16; with one of the input's own type what <see cref="Tensor.Linear(Tensor, Tensor)"/> computes.</summary>
    /// <param name="x">Float32 […, in]; inputs of 16 bits are widened, and the result rounded.</param>
    /// <param name="weight">[out, in], without a gradient if it is narrower than the input.</param>
    /// <param name="scale">Float32 [out], a factor for each row, which an Int8 matrix must have; null otherwise.</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <returns>[…, out].</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">The types are none of these.</exception>
    /// <exception cref="NotSupportedException">A gradient of the input is being recorded, or the device is not the CPU.</exception>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? scale, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        bool isNarrow = scale is not null || weight.DType == DType.Int8 || (weight.DType.IsNarrow() && x.DType == DType.Float32 && !weight.RequiresGrad);
        return isNarrow ? x.NarrowLinear(weight, scale, bias) : x.Linear(weight, bias);
    }

    /// <summary>The numbers of a matrix in fewer bits.</summary>
    /// <param name="weight">[out, in], Float32, BFloat16 or Float16.</param>
    /// <param name="dtype">Int8, BFloat16 or Float16.</param>
    /// <returns>
    /// The matrix, and for Int8 the scale [out]: each row's largest magnitude divided by 127, so that row·scale is within half a scale of the original. A row of
    /// zeros has the scale 0.
    /// </returns>
    /// <exception cref="ShapeException">The weight is no matrix.</exception>
    /// <exception cref="DTypeException">The types are none of these.</exception>
    public static (Tensor Weight, Tensor? Scale) Quantize(Tensor weight, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(weight);
        CheckType(dtype);
        if (weight.Rank != 2) throw new ShapeException($"Quantize: the weight must be [out, in]; it is {weight.Shape}.");
        if (weight.DType != DType.Float32 && !weight.DType.IsNarrow()) throw new DTypeException($"Quantize: the weight must be Float32, BFloat16 or Float16; it is {weight.DType}.");
        using (Grad.Off())
        {
            if (dtype != DType.Int8) return (weight.Detach().To(dtype).Contiguous(), null);
            Tensor wide = weight.Detach().Widened();
            Tensor scale = (wide.Shape[1] == 0 ? Tensor.Zeros([wide.Shape[0]]) : wide.Abs().AMax([1])) / Largest;
            Tensor divisor = Tensor.Where(scale.Eq(0), 1, scale).Unsqueeze(1);
            return ((wide / divisor).Round().To(DType.Int8).Contiguous(), scale);
        }
    }

    /// <summary>The Float32 numbers that a quantized matrix stands for.</summary>
    /// <param name="weight">[out, in].</param>
    /// <param name="scale">[out], or null for none.</param>
    /// <exception cref="ShapeException">The weight is no matrix, or the scale does not fit.</exception>
    public static Tensor Dequantize(Tensor weight, Tensor? scale)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 2 || (scale is not null && (scale.Rank != 1 || scale.Shape[0] != weight.Shape[0]))) throw new ShapeException($"Dequantize: a weight [out, in] and a scale [out] are expected; they are {weight.Shape} and {scale?.Shape}.");
        Tensor wide = weight.To(DType.Float32);
        return scale is null ? wide : wide * scale.Unsqueeze(1);
    }

    private static (Parameter Weight, Tensor? Scale) Narrow(IQuantizableLayer layer, DType dtype)
    {
        bool isTurned = layer.OutputDimension == 1;
        Tensor weight = isTurned ? layer.Weight.Mt : layer.Weight;
        // One that is quantized already is quantized anew.
        if (weight.DType == DType.Int8) weight = Dequantize(weight, layer.Scale);
        var (narrow, scale) = Quantize(weight, dtype);
        return (new Parameter(isTurned ? narrow.Mt : narrow, requiresGrad: false), scale);
    }

    private static void CheckType(DType dtype)
    {
        if (dtype is not (DType.Int8 or DType.BFloat16 or DType.Float16)) throw new DTypeException($"Quantize: weights become Int8, BFloat16 or Float16, not {dtype}.");
    }
}
