using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>−x.</summary>
    public readonly record struct Negate : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => -x;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => -g;
    }

    /// <summary>x + Scalar.</summary>
    /// <param name="Scalar">What is added; a whole number for integer tensors.</param>
    public readonly record struct AddScalar(double Scalar) : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => x + V.Const(Scalar);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g;
    }

    /// <summary>Scalar − x.</summary>
    /// <param name="Scalar">What x is subtracted from; a whole number for integer tensors.</param>
    public readonly record struct SubtractFromScalar(double Scalar) : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Const(Scalar) - x;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => -g;
    }

    /// <summary>x·Scalar.</summary>
    /// <param name="Scalar">The factor; a whole number for integer tensors.</param>
    public readonly record struct MultiplyScalar(double Scalar) : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => x * V.Const(Scalar);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(Scalar);
    }

    /// <summary>x / Scalar.</summary>
    /// <param name="Scalar">The divisor.</param>
    public readonly record struct DivideScalar(double Scalar) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => x / V.Const(Scalar);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / V.Const(Scalar);
    }

    /// <summary>Scalar / x.</summary>
    /// <param name="Scalar">The dividend.</param>
    public readonly record struct DivideIntoScalar(double Scalar) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Const(Scalar) / x;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => -g * y / x;
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>A number added to every element; integers become Float32.</summary>
        public static Tensor operator +(Tensor a, double b) => a.Fractional().Map(new AddScalar(b));

        /// <summary>A number plus every element; integers become Float32.</summary>
        public static Tensor operator +(double a, Tensor b) => b.Fractional().Map(new AddScalar(a));

        /// <summary>A number added to every element; integers stay integers.</summary>
        public static Tensor operator +(Tensor a, long b) => a.Whole().Map(new AddScalar(b));

        /// <summary>A number plus every element; integers stay integers.</summary>
        public static Tensor operator +(long a, Tensor b) => b.Whole().Map(new AddScalar(a));

        /// <summary>A number subtracted from every element; integers become Float32.</summary>
        public static Tensor operator -(Tensor a, double b) => a.Fractional().Map(new AddScalar(-b));

        /// <summary>A number minus every element; integers become Float32.</summary>
        public static Tensor operator -(double a, Tensor b) => b.Fractional().Map(new SubtractFromScalar(a));

        /// <summary>A number subtracted from every element; integers stay integers.</summary>
        public static Tensor operator -(Tensor a, long b) => a.Whole().Map(new AddScalar(-(double)b));

        /// <summary>A number minus every element; integers stay integers.</summary>
        public static Tensor operator -(long a, Tensor b) => b.Whole().Map(new SubtractFromScalar(a));

        /// <summary>Every element times a number; integers become Float32.</summary>
        public static Tensor operator *(Tensor a, double b) => a.Fractional().Map(new MultiplyScalar(b));

        /// <summary>A number times every element; integers become Float32.</summary>
        public static Tensor operator *(double a, Tensor b) => b.Fractional().Map(new MultiplyScalar(a));

        /// <summary>Every element times a number; integers stay integers.</summary>
        public static Tensor operator *(Tensor a, long b) => a.Whole().Map(new MultiplyScalar(b));

        /// <summary>A number times every element; integers stay integers.</summary>
        public static Tensor operator *(long a, Tensor b) => b.Whole().Map(new MultiplyScalar(a));

        /// <summary>Every element divided by a number; integers become Float32.</summary>
        public static Tensor operator /(Tensor a, double b) => a.Fractional().Map(new DivideScalar(b));

        /// <summary>A number divided by every element; integers become Float32.</summary>
        public static Tensor operator /(double a, Tensor b) => b.Fractional().Map(new DivideIntoScalar(a));

        /// <summary>Every element divided by a number; integers become Float32.</summary>
        public static Tensor operator /(Tensor a, long b) => a.Fractional().Map(new DivideScalar(b));

        /// <summary>A number divided by every element; integers become Float32.</summary>
        public static Tensor operator /(long a, Tensor b) => b.Fractional().Map(new DivideIntoScalar(a));

        // A fractional scalar makes a floating-point tensor of an integer one, and an integral scalar an integer one of Bool, as in PyTorch.
        private Tensor Fractional() => DType.IsFloatingPoint() ? this : To(DType.Float32);

        private Tensor Whole() => DType is DType.Bool ? To(DType.Int64) : this;
    }
}
