using DeepNotes.Autograd;
using DeepNotes.Lanes;

namespace DeepNotes.Ops
{
    /// <summary>x.</summary>
    public readonly record struct Identity : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        public V Apply<V>(V x) where V : INumberLane<V> => x;

        /// <inheritdoc/>
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g;
    }

    /// <summary>activation(x·wᵀ + b) as one product with an epilogue; the activation's gradient must need no more than its output.</summary>
    internal readonly record struct Linear<TOp>(TOp Activation, bool HasBias) : IOp, IWide where TOp : unmanaged, IUnaryOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var y = x[0].Backend.Linear(Activation, x[0], x[1], HasBias ? x[2] : null);
            Work.MultiplyAdds += (long)x[0].Count * x[1].Shape[0];
            if (Activation.Keep == Keep.Nothing) tape.Keep(x[0], x[1]);
            else tape.Keep(x[0], x[1], y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (x, weight) = kept;
            // The gradient of the activation is one pass where nothing is recorded, and an expression where it is.
            if (kept.Count > 2) g = Grad.IsOn ? Activation.Gradient(g, g, kept[2]) : g.Backend.MapGradient(Activation, g, g, kept[2]);
            if (gradients.Needs(0)) gradients[0] = g.MatMul(weight);
            var rows = g.Rank == 2 ? g : g.Reshape(-1, g.Shape[^1]);
            if (gradients.Needs(1))
            {
                var inputs = x.Rank == 2 ? x : x.Reshape(-1, x.Shape[^1]);
                // A weight that is another matrix turned gets a gradient that lies as that matrix does.
                bool isTurned = weight.Strides[0] == 1 && weight.Strides[1] > 1;
                gradients[1] = isTurned ? inputs.Mt.MatMul(rows).Mt : rows.Mt.MatMul(inputs);
            }
            if (HasBias && gradients.Needs(2)) gradients[2] = rows.Sum(0);
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>x·wᵀ + b. Matches torch.nn.functional.linear.</summary>
        /// <param name="weight">[out, in].</param>
        /// <param name="bias">[out], or null for none.</param>
        /// <returns>[…, out] for this tensor's […, in].</returns>
        /// <exception cref="ShapeException">The last dimension is not the weight's second, or the bias does not fit.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor Linear(Tensor weight, Tensor? bias = null) => Linear(weight, bias, default(Identity));

        /// <summary>activation(x·wᵀ + b) in one pass over the product where the activation's gradient needs only its output, as relu, sigmoid and tanh do.</summary>
        /// <typeparam name="TOp">The activation.</typeparam>
        /// <param name="weight">[out, in].</param>
        /// <param name="bias">[out], or null for none.</param>
        /// <param name="activation">The activation with its attributes.</param>
        /// <returns>[…, out] for this tensor's […, in].</returns>
        /// <exception cref="ShapeException">The last dimension is not the weight's second, or the bias does not fit.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor Linear<TOp>(Tensor weight, Tensor? bias, TOp activation) where TOp : unmanaged, IUnaryOp
        {
            if (weight.Rank != 2) throw new ShapeException($"Linear: the weight must be [out, in]; it is {weight.Shape}.");
            if (Rank == 0 || Shape[^1] != weight.Shape[1]) throw new ShapeException($"Linear: the weight {weight.Shape} takes inputs […, {weight.Shape[1]}]; the input is {Shape}.");
            if (bias is not null && (bias.Rank != 1 || bias.Shape[0] != weight.Shape[0])) throw new ShapeException($"Linear: for the weight {weight.Shape} the bias must be [{weight.Shape[0]}]; it is {bias.Shape}.");
            if (!DType.IsFloatingPoint() || weight.DType != DType || (bias is not null && bias.DType != DType)) throw new DTypeException($"Linear: input, weight and bias must have one floating-point type; they are {DType}, {weight.DType}{(bias is null ? "" : $" and {bias.DType}")}.");
            if (Rank == 1) return Unsqueeze(0).Linear(weight, bias, activation).Squeeze(0);
            bool needsInput = activation.Keep.HasFlag(Keep.Input);
            if (needsInput && DeepNotes.Grad.IsOn && (RequiresGrad || weight.RequiresGrad || bias is { RequiresGrad: true })) return Widened().Linear(weight.Widened(), bias?.Widened()).Map(activation).To(DType);
            return bias is null
                ? Op.Apply(new Linear<TOp>(activation, false), this, weight)
                : Op.Apply(new Linear<TOp>(activation, true), this, weight, bias);
        }
    }
}
