using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Lanes;

/// <summary>A lane of 256 bits.</summary>
/// <remarks>
/// The compiler stops inlining once a method has some 500 locals, so operations are written to cost it few: intrinsics
/// alone (a call inside takes a local for each argument) and no constructor (two locals). A condition inside an initializer would
/// put the value on the stack.
/// </remarks>
internal unsafe struct Simd256<T> : ISimdLane<Simd256<T>, T> where T : unmanaged
{
    private Vector256<T> value;

    public static int Count => Vector256<T>.Count;

    public static bool IsDouble => typeof(T) == typeof(double);

    [MethodImpl(AggressiveInlining)] public static Simd256<T> Load(T* source) => new() { value = Vector256.Load(source) };
    [MethodImpl(AggressiveInlining)] public static void Store(Simd256<T> x, T* target) => x.value.Store(target);
    [MethodImpl(AggressiveInlining)] public static void StorePast(Simd256<T> x, T* target) => x.value.StoreAlignedNonTemporal(target);
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Broadcast(T value) => new() { value = Vector256.Create(value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Const(double c) => new() { value = Vector256.Create(Element<T>.From(c)) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Const(double single, double wide) => typeof(T) == typeof(double) ? Const(wide) : Const(single);
    [MethodImpl(AggressiveInlining)] public static ulong Bits(Simd256<T> mask) => mask.value.ExtractMostSignificantBits();

    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator +(Simd256<T> a, Simd256<T> b) => new() { value = a.value + b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator -(Simd256<T> a, Simd256<T> b) => new() { value = a.value - b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator *(Simd256<T> a, Simd256<T> b) => new() { value = a.value * b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator /(Simd256<T> a, Simd256<T> b) => new() { value = a.value / b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator -(Simd256<T> a) => new() { value = -a.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator <(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.LessThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator >(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.GreaterThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator <=(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.LessThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator >=(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.GreaterThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Equal(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.Equals(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Where(Simd256<T> mask, Simd256<T> a, Simd256<T> b) => new() { value = Vector256.ConditionalSelect(mask.value, a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Min(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.Min(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Max(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.Max(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> MinNative(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.MinNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> MaxNative(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.MaxNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Abs(Simd256<T> x) => new() { value = Vector256.Abs(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Sqrt(Simd256<T> x) => new() { value = Vector256.Sqrt(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> CopySign(Simd256<T> magnitude, Simd256<T> sign) => new() { value = Vector256.CopySign(magnitude.value, sign.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> And(Simd256<T> a, Simd256<T> b) => new() { value = a.value & b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Or(Simd256<T> a, Simd256<T> b) => new() { value = a.value | b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Xor(Simd256<T> a, Simd256<T> b) => new() { value = a.value ^ b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Call<TOp>(TOp op, Simd256<T> x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Call<TOp>(TOp op, Simd256<T> a, Simd256<T> b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Choose<TSingle, TDouble>(Simd256<T> x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece
        => typeof(T) == typeof(double) ? default(TDouble).Of(x) : default(TSingle).Of(x);

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Fma(Simd256<T> a, Simd256<T> b, Simd256<T> c)
    {
        if (typeof(T) == typeof(float)) return new() { value = Vector256.MultiplyAddEstimate(a.value.AsSingle(), b.value.AsSingle(), c.value.AsSingle()).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = Vector256.MultiplyAddEstimate(a.value.AsDouble(), b.value.AsDouble(), c.value.AsDouble()).As<double, T>() };
        return new() { value = a.value * b.value + c.value };
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> ProductError(Simd256<T> a, Simd256<T> b, Simd256<T> product)
        => System.Runtime.Intrinsics.X86.Fma.IsSupported || Avx512F.IsSupported || AdvSimd.IsSupported ? Fma(a, b, -product) : TwoFold.ProductError(a, b, product);

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Round(Simd256<T> x)
    {
        if (typeof(T) == typeof(float)) return new() { value = Vector256.Round(x.value.AsSingle()).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = Vector256.Round(x.value.AsDouble()).As<double, T>() };
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Floor(Simd256<T> x)
    {
        if (typeof(T) == typeof(float)) return new() { value = Vector256.Floor(x.value.AsSingle()).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = Vector256.Floor(x.value.AsDouble()).As<double, T>() };
        return x;
    }

    // For doubles, adding 1.5·2⁵² leaves the integer in the low bits: no conversion to 64-bit integers, which AVX2 lacks.
    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> ScaleByPowerOf2(Simd256<T> x, Simd256<T> n)
    {
        if (typeof(T) == typeof(float)) return new() { value = (x.value.AsSingle() * ((Vector256.ConvertToInt32Native(n.value.AsSingle()) + Vector256.Create(127)) << 23).AsSingle()).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = (x.value.AsDouble() * (((n.value.AsDouble() + Vector256.Create(6755399441055744.0)).AsInt64() + Vector256.Create(1023L)) << 52).AsDouble()).As<double, T>() };
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> ScaleByLargePowerOf2(Simd256<T> x, Simd256<T> n)
    {
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(float)) return new() { value = Avx512F.VL.Scale(x.value.AsSingle(), n.value.AsSingle()).As<float, T>() };
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(double)) return new() { value = Avx512F.VL.Scale(x.value.AsDouble(), n.value.AsDouble()).As<double, T>() };
        // The first product is a normal number, so only the second one rounds.
        if (typeof(T) == typeof(float))
        {
            Vector256<int> whole = Vector256.ConvertToInt32Native(n.value.AsSingle()), part = whole >> 1;
            return new() { value = (x.value.AsSingle() * ((part + Vector256.Create(127)) << 23).AsSingle() * ((whole - part + Vector256.Create(127)) << 23).AsSingle()).As<float, T>() };
        }
        Simd256<T> half = Floor(n * Const(0.5));
        return ScaleByPowerOf2(ScaleByPowerOf2(x, half), n - half);
    }

    // Adding the bits between 4/3 and 2 carries into the exponent exactly where the mantissa is to be halved. For doubles,
    // the biased exponent under the bits of 2⁵² is the number 2⁵² + exponent.
    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Exponent(Simd256<T> x)
    {
        if (typeof(T) == typeof(float)) return new() { value = Vector256.ConvertToSingle(((x.value.AsInt32() + Vector256.Create(0x00555555)) >>> 23) - Vector256.Create(127)).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = ((((x.value.AsInt64() + Vector256.Create(0x000AAAAAAAAAAAABL)) >>> 52) | Vector256.Create(0x4330000000000000L)).AsDouble() - Vector256.Create(4503599627370496.0 + 1023)).As<double, T>() };
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Mantissa(Simd256<T> x)
    {
        if (typeof(T) == typeof(float)) return new() { value = (x.value.AsInt32() + Vector256.Create(0x3F800000) - ((x.value.AsInt32() + Vector256.Create(0x00555555)) & Vector256.Create(unchecked((int)0xFF800000)))).As<int, T>() };
        if (typeof(T) == typeof(double)) return new() { value = (x.value.AsInt64() + Vector256.Create(0x3FF0000000000000L) - ((x.value.AsInt64() + Vector256.Create(0x000AAAAAAAAAAAABL)) & Vector256.Create(unchecked((long)0xFFF0000000000000)))).As<long, T>() };
        throw Element<T>.FloatsOnly();
    }
}
