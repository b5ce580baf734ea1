using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>x·(w·scale)ᵀ + b with a weight of fewer bits than the input; for inference.</summary>
    internal readonly record struct NarrowLinear(bool HasScale, bool HasBias) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            if (tape.IsRecording)
            {
                throw new NotSupportedException($"Linear: a weight of {x[1].DType} is for inference and hands on no gradient; call it inside Grad.Off(), or train the model before it is quantized.");
            }
            Work.MultiplyAdds += (long)x[0].Count * x[1].Shape[0];
            return x[0].Backend.NarrowLinear(x[0], x[1], HasScale ? x[2] : null, HasBias ? x[^1] : null);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => throw new NotSupportedException("Linear: a quantized weight is for inference and hands on no gradient.");
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>x·(w·scale)ᵀ + b, computed in Float32 without the widened weight ever being in memory.</summary>
        /// <param name="weight">[out, in]: Int8, BFloat16 or Float16.</param>
        /// <param name="scale">Float32 [out], a factor for each row of the weight; an Int8 weight must have it.</param>
        /// <param name="bias">[out], or null for none.</param>
        internal Tensor NarrowLinear(Tensor weight, Tensor? scale, Tensor? bias)
        {
            if (weight.Rank != 2) throw new ShapeException($"Linear: the weight must be [out, in]; it is {weight.Shape}.");
            int outputs = weight.Shape[0];
            if (Rank == 0 || Shape[^1] != weight.Shape[1]) throw new ShapeException($"Linear: the weight {weight.Shape} takes inputs […, {weight.Shape[1]}]; the input is {Shape}.");
            if (bias is not null && (bias.Rank != 1 || bias.Shape[0] != outputs)) throw new ShapeException($"Linear: for the weight {weight.Shape} the bias must be [{outputs}]; it is {bias.Shape}.");
            if (scale is not null && (scale.Rank != 1 || scale.Shape[0] != outputs)) throw new ShapeException($"Linear: for the weight {weight.Shape} the scale must be [{outputs}]; it is {scale.Shape}.");
            if (weight.DType is not (DType.Int8 or DType.BFloat16 or DType.Float16)) throw new DTypeException($"Linear: a quantized weight is Int8, BFloat16 or Float16; this one is {weight.DType}.");
            if ((scale is null && weight.DType == DType.Int8) || (scale is not null && scale.DType != DType.Float32)) throw new DTypeException($"Linear: a quantized weight of {weight.DType} wants a scale of Float32; {(scale is null ? "there is none" : $"it is {scale.DType}")}.");
            if (DType != DType.Float32 && !DType.IsNarrow()) throw new DTypeException($"Linear: a quantized weight takes inputs of Float32, BFloat16 or Float16; this one is {DType}.");
            if (bias is not null && bias.DType != DType.Float32 && !bias.DType.IsNarrow()) throw new DTypeException($"Linear: with a quantized weight the bias is Float32, BFloat16 or Float16; this one is {bias.DType}.");
            if (DType.IsNarrow()) return To(DType.Float32).NarrowLinear(weight, scale, bias).To(DType);
            if (Rank == 1) return Unsqueeze(0).NarrowLinear(weight, scale, bias).Squeeze(0);
            bias = bias?.Widened();
            var op = new NarrowLinear(scale is not null, bias is not null);
            return (scale, bias) switch
            {
                (null, null) => Op.Apply(op, this, weight),
                (null, _) => Op.Apply(op, this, weight, bias),
                (_, null) => Op.Apply(op, this, weight, scale),
                _ => Op.Apply(op, this, weight, scale, bias),
            };
        }
    }
}
