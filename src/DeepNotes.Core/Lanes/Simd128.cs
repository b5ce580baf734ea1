using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Lanes;

/// <summary>A lane of 128 bits.</summary>
/// <remarks>
/// The compiler stops inlining once a method has some 500 locals, so operations are written to cost it few: intrinsics
/// alone (a call inside takes a local for each argument) and no constructor (two locals). A condition inside an initializer would
/// put the value on the stack.
/// </remarks>
internal unsafe struct Simd128<T> : ISimdLane<Simd128<T>, T> where T : unmanaged
{
    private Vector128<T> value;

    public static int Count => Vector128<T>.Count;

    public static bool IsDouble => typeof(T) == typeof(double);

    [MethodImpl(AggressiveInlining)] public static Simd128<T> Load(T* source) => new() { value = Vector128.Load(source) };
    [MethodImpl(AggressiveInlining)] public static void Store(Simd128<T> x, T* target) => x.value.Store(target);
    [MethodImpl(AggressiveInlining)] public static void StorePast(Simd128<T> x, T* target) => x.value.StoreAlignedNonTemporal(target);
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Broadcast(T value) => new() { value = Vector128.Create(value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Const(double c) => new() { value = Vector128.Create(Element<T>.From(c)) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Const(double single, double wide) => typeof(T) == typeof(double) ? Const(wide) : Const(single);
    [MethodImpl(AggressiveInlining)] public static ulong Bits(Simd128<T> mask) => mask.value.ExtractMostSignificantBits();

    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator +(Simd128<T> a, Simd128<T> b) => new() { value = a.value + b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator -(Simd128<T> a, Simd128<T> b) => new() { value = a.value - b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator *(Simd128<T> a, Simd128<T> b) => new() { value = a.value * b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator /(Simd128<T> a, Simd128<T> b) => new() { value = a.value / b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator -(Simd128<T> a) => new() { value = -a.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator <(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.LessThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator >(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.GreaterThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator <=(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.LessThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> operator >=(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.GreaterThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Equal(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.Equals(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Where(Simd128<T> mask, Simd128<T> a, Simd128<T> b) => new() { value = Vector128.ConditionalSelect(mask.value, a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Min(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.Min(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Max(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.Max(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> MinNative(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.MinNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> MaxNative(Simd128<T> a, Simd128<T> b) => new() { value = Vector128.MaxNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Abs(Simd128<T> x) => new() { value = Vector128.Abs(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Sqrt(Simd128<T> x) => new() { value = Vector128.Sqrt(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> CopySign(Simd128<T> magnitude, Simd128<T> sign) => new() { value = Vector128.CopySign(magnitude.value, sign.value) };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> And(Simd128<T> a, Simd128<T> b) => new() { value = a.value & b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Or(Simd128<T> a, Simd128<T> b) => new() { value = a.value | b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Xor(Simd128<T> a, Simd128<T> b) => new() { value = a.value ^ b.value };
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Call<TOp>(TOp op, Simd128<T> x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    [MethodImpl(AggressiveInlining)] public static Simd128<T> Call<TOp>(TOp op, Simd128<T> a, Simd128<T> b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Choose<TSingle, TDouble>(Simd128<T> x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece
        => typeof(T) == typeof(double) ? default(TDouble).Of(x) : default(TSingle).Of(x);

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Fma(Simd128<T> a, Simd128<T> b, Simd128<T> c)
    {
        if (typeof(T) == typeof(float)) return new() { value = Vector128.MultiplyAddEstimate(a.value.AsSingle(), b.value.AsSingle(), c.value.AsSingle()).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = Vector128.MultiplyAddEstimate(a.value.AsDouble(), b.value.AsDouble(), c.value.AsDouble()).As<double, T>() };
        return new() { value = a.value * b.value + c.value };
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> ProductError(Simd128<T> a, Simd128<T> b, Simd128<T> product)
        => System.Runtime.Intrinsics.X86.Fma.IsSupported || Avx512F.IsSupported || AdvSimd.IsSupported ? Fma(a, b, -product) : TwoFold.ProductError(a, b, product);

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Round(Simd128<T> x)
    {
        if (typeof(T) == typeof(float)) return new() { value = Vector128.Round(x.value.AsSingle()).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = Vector128.Round(x.value.AsDouble()).As<double, T>() };
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Floor(Simd128<T> x)
    {
        if (typeof(T) == typeof(float)) return new() { value = Vector128.Floor(x.value.AsSingle()).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = Vector128.Floor(x.value.AsDouble()).As<double, T>() };
        return x;
    }

    // For doubles, adding 1.5·2⁵² leaves the integer in the low bits: no conversion to 64-bit integers, which AVX2 lacks.
    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> ScaleByPowerOf2(Simd128<T> x, Simd128<T> n)
    {
        if (typeof(T) == typeof(float)) return new() { value = (x.value.AsSingle() * ((Vector128.ConvertToInt32Native(n.value.AsSingle()) + Vector128.Create(127)) << 23).AsSingle()).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = (x.value.AsDouble() * (((n.value.AsDouble() + Vector128.Create(6755399441055744.0)).AsInt64() + Vector128.Create(1023L)) << 52).AsDouble()).As<double, T>() };
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> ScaleByLargePowerOf2(Simd128<T> x, Simd128<T> n)
    {
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(float)) return new() { value = Avx512F.VL.Scale(x.value.AsSingle(), n.value.AsSingle()).As<float, T>() };
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(double)) return new() { value = Avx512F.VL.Scale(x.value.AsDouble(), n.value.AsDouble()).As<double, T>() };
        // The first product is a normal number, so only the second one rounds.
        if (typeof(T) == typeof(float))
        {
            Vector128<int> whole = Vector128.ConvertToInt32Native(n.value.AsSingle()), part = whole >> 1;
            return new() { value = (x.value.AsSingle() * ((part + Vector128.Create(127)) << 23).AsSingle() * ((whole - part + Vector128.Create(127)) << 23).AsSingle()).As<float, T>() };
        }
        Simd128<T> half = Floor(n * Const(0.5));
        return ScaleByPowerOf2(ScaleByPowerOf2(x, half), n - half);
    }

    // Adding the bits between 4/3 and 2 carries into the exponent exactly where the mantissa is to be halved. For doubles,
    // the biased exponent under the bits of 2⁵² is the number 2⁵² + exponent.
    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Exponent(Simd128<T> x)
    {
        if (typeof(T) == typeof(float)) return new() { value = Vector128.ConvertToSingle(((x.value.AsInt32() + Vector128.Create(0x00555555)) >>> 23) - Vector128.Create(127)).As<float, T>() };
        if (typeof(T) == typeof(double)) return new() { value = ((((x.value.AsInt64() + Vector128.Create(0x000AAAAAAAAAAAABL)) >>> 52) | Vector128.Create(0x4330000000000000L)).AsDouble() - Vector128.Create(4503599627370496.0 + 1023)).As<double, T>() };
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd128<T> Mantissa(Simd128<T> x)
    {
        if (typeof(T) == typeof(float)) return new() { value = (x.value.AsInt32() + Vector128.Create(0x3F800000) - ((x.value.AsInt32() + Vector128.Create(0x00555555)) & Vector128.Create(unchecked((int)0xFF800000)))).As<int, T>() };
        if (typeof(T) == typeof(double)) return new() { value = (x.value.AsInt64() + Vector128.Create(0x3FF0000000000000L) - ((x.value.AsInt64() + Vector128.Create(0x000AAAAAAAAAAAABL)) & Vector128.Create(unchecked((long)0xFFF0000000000000)))).As<long, T>() };
        throw Element<T>.FloatsOnly();
    }
}
