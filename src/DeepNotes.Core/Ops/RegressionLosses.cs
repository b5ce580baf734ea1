using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>Of d = a − b: Scale·d²/2 where |d| &lt; Width, and the line of slope Scale·Width that continues it elsewhere.</summary>
    /// <param name="Width">How far the square reaches; above 0.</param>
    /// <param name="Scale">The factor of all.</param>
    public readonly record struct HuberError(double Width, double Scale) : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V>
        {
            V d = V.Abs(a - b);
            return V.Where(d < V.Const(Width), V.Const(0.5 * Scale) * d * d, V.Const(Scale * Width) * (d - V.Const(0.5 * Width)));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(Scale) * V.Max(V.Min(a - b, V.Const(Width)), V.Const(-Width));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(Scale) * V.Max(V.Min(b - a, V.Const(Width)), V.Const(-Width));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The squared distance to a target. Matches torch.nn.functional.mse_loss.</summary>
        /// <param name="target">Broadcasts with this tensor.</param>
        /// <param name="reduction">Mean by default.</param>
        /// <returns>A scalar, or the broadcast shape without reduction.</returns>
        /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor MseLoss(Tensor target, Reduction reduction = Reduction.Mean)
        {
            CheckBroadcast(target, nameof(MseLoss));
            return ReduceLoss((this - target).Square(), reduction, nameof(MseLoss));
        }

        /// <summary>The distance to a target. Matches torch.nn.functional.l1_loss.</summary>
        /// <inheritdoc cref="MseLoss"/>
        public Tensor L1Loss(Tensor target, Reduction reduction = Reduction.Mean)
        {
            CheckBroadcast(target, nameof(L1Loss));
            return ReduceLoss((this - target).Abs(), reduction, nameof(L1Loss));
        }

        /// <summary>d²/(2β) for distances d to a target below β, d − β/2 above. Matches torch.nn.functional.smooth_l1_loss.</summary>
        /// <param name="target">Broadcasts with this tensor.</param>
        /// <param name="reduction">Mean by default.</param>
        /// <param name="beta">Where the square ends; 0 for <see cref="L1Loss"/>.</param>
        /// <returns>A scalar, or the broadcast shape without reduction.</returns>
        /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        /// <exception cref="ArgumentOutOfRangeException">β is negative.</exception>
        public Tensor SmoothL1Loss(Tensor target, Reduction reduction = Reduction.Mean, double beta = 1)
        {
            CheckBroadcast(target, nameof(SmoothL1Loss));
            if (!(beta >= 0)) throw new ArgumentOutOfRangeException(nameof(beta), $"SmoothL1Loss: beta must not be negative; it is {beta}.");
            return beta == 0 ? L1Loss(target, reduction) : ReduceLoss(Op.Zip(new HuberError(beta, 1 / beta), this, target), reduction, nameof(SmoothL1Loss));
        }

        /// <summary>d²/2 for distances d to a target below δ, δ·(d − δ/2) above. Matches torch.nn.functional.huber_loss.</summary>
        /// <param name="target">Broadcasts with this tensor.</param>
        /// <param name="reduction">Mean by default.</param>
        /// <param name="delta">Where the square ends; above 0.</param>
        /// <returns>A scalar, or the broadcast shape without reduction.</returns>
        /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        /// <exception cref="ArgumentOutOfRangeException">δ is not above 0.</exception>
        public Tensor HuberLoss(Tensor target, Reduction reduction = Reduction.Mean, double delta = 1)
        {
            CheckBroadcast(target, nameof(HuberLoss));
            if (!(delta > 0)) throw new ArgumentOutOfRangeException(nameof(delta), $"HuberLoss: delta must be above 0; it is {delta}.");
            return ReduceLoss(Op.Zip(new HuberError(delta, 1), this, target), reduction, nameof(HuberLoss));
        }

        /// <summary>A target that broadcasts with this tensor and has its type.</summary>
        private void CheckBroadcast(Tensor target, string name)
        {
            if (!DType.IsFloatingPoint() || target.DType != DType) throw new DTypeException($"{name}: input and target must have one floating-point type; they are {DType} and {target.DType}.");
            Shape.Broadcast(Shape, target.Shape, name);
        }
    }
}
