using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

internal static unsafe partial class Winograd
{
    /// <summary>G w Gᵀ for a lane of output channels and some input channels, whose nine weights are neighbours.</summary>
    [MethodImpl(Compile.Alone)]
    private static void TransformWeights<T, V>(T* weights, int channels, bool turned, T* result, nint step, nint product) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        int lane = V.Count;
        V half = V.Const(0.5);
        for (int channel = 0; channel < channels; channel++, weights += 9 * lane, result += step)
        {
            T* to = result;
            for (int i = 0; i < 4; i++, to += 4 * product)
            {
                V a = WeightRow<T, V>(weights, 0, i, turned, half), b = WeightRow<T, V>(weights, 1, i, turned, half), c = WeightRow<T, V>(weights, 2, i, turned, half);
                V ends = a + c;
                V.Store(a, to);
                V.Store((ends + b) * half, to + product);
                V.Store((ends - b) * half, to + 2 * product);
                V.Store(c, to + 3 * product);
            }
        }
    }

    /// <summary>Row i of G times a column of the weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V WeightRow<T, V>(T* weights, int column, int i, bool turned, V half) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        T* at = weights + (turned ? 8 - column : column) * V.Count;
        int row = (turned ? -3 : 3) * V.Count;
        if (i == 0) return V.Load(at);
        if (i == 3) return V.Load(at + 2 * row);
        V ends = V.Load(at) + V.Load(at + 2 * row), middle = V.Load(at + row);
        return (i == 1 ? ends + middle : ends - middle) * half;
    }

    /// <summary>
    /// Bᵀ d B for the patches of one channel. Even and odd rows and columns of the padded image are first laid out in planes of their own, where the same element of
    /// neighbouring patches is next to each other.
    /// </summary>
    private static void TransformPatches<T, V>(in Sizes sizes, Segment* segment, T* image, T* end, T* planes, T* result, nint product) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        LayOut<T, V>(sizes, segment, image, end, planes);
        int row = segment->Row;
        result += segment->At;
        for (int i = segment->FirstRow; i <= segment->LastRow; i++, planes += row)
        {
            int from = i == segment->FirstRow ? segment->From : 0, to = i == segment->LastRow ? segment->To : sizes.TilesW;
            TransformRow<T, V>(planes + from - segment->FirstColumn, row, segment->PlaneSize(V.Count), to - from, result, product);
            result += to - from;
        }
    }

    private static void LayOut<T, V>(in Sizes sizes, Segment* segment, T* image, T* end, T* planes) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        int row = segment->Row, width = 2 * row, top = 2 * segment->FirstRow - sizes.PadH, left = 2 * segment->FirstColumn - sizes.PadW;
        nint plane = segment->PlaneSize(V.Count);
        // Columns from first to last of the layout are in the image.
        int first = Math.Clamp(-left, 0, width), last = Math.Clamp(sizes.W - left, first, width);
        for (int i = 0; i < 2 * (segment->LastRow - segment->FirstRow) + 4; i++)
        {
            T* even = planes + (i & 1) * 2 * plane + (i >> 1) * row, odd = even + plane;
            int y = top + i;
            if (y < 0 || y >= sizes.H)
            {
                new Span<T>(even, row).Clear();
                new Span<T>(odd, row).Clear();
                continue;
            }
            for (int j = 0; j < first; j++) ((j & 1) == 0 ? even : odd)[j >> 1] = default;
            T* from = image + (nint)y * sizes.W + left + first;
            if ((first & 1) == 0) Split<T, V>(from, last - first, end, even + (first >> 1), odd + (first >> 1));
            else Split<T, V>(from, last - first, end, odd + (first >> 1), even + (first >> 1) + 1);
            for (int j = last; j < width; j++) ((j & 1) == 0 ? even : odd)[j >> 1] = default;
        }
    }

    /// <summary>Takes the numbers of a row apart, in turn; may read up to the end of all images and write a lane too many.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Split<T, V>(T* from, int count, T* end, T* first, T* second) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        int lane = V.Count;
        for (; count > 0 && from + 2 * lane <= end; count -= 2 * lane, from += 2 * lane, first += lane, second += lane)
        {
            V a = V.Load(from), b = V.Load(from + lane);
            V.Store(Evens<V>(a, b), first);
            V.Store(Odds<V>(a, b), second);
        }
        for (int i = 0; i < count; i++) ((i & 1) == 0 ? first : second)[i >> 1] = from[i];
    }

    [MethodImpl(Compile.Alone)]
    private static void TransformRow<T, V>(T* planes, nint row, nint plane, int count, T* result, nint product) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        for (int t = 0; t < count; t += V.Count, planes += V.Count, result += V.Count)
        {
            // Column by column of Bᵀ d B: rows of the patch alternate between the upper and the lower pair of planes, columns within each.
            Column<T, V>(planes, planes + 1, row, 2 * plane, false, result, product);
            Column<T, V>(planes + plane, planes + 1, row, 2 * plane, true, result + product, product);
            Column<T, V>(planes + 1, planes + plane, row, 2 * plane, false, result + 2 * product, product);
            Column<T, V>(planes + plane, planes + plane + 1, row, 2 * plane, false, result + 3 * product, product);
        }
    }

    /// <summary>Bᵀ times the sum or difference of two columns of the patches, whose rows are at 0, odd, row and odd + row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column<T, V>(T* a, T* b, nint row, nint odd, bool add, T* result, nint product) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        V d0 = add ? V.Load(a) + V.Load(b) : V.Load(a) - V.Load(b);
        V d1 = add ? V.Load(a + odd) + V.Load(b + odd) : V.Load(a + odd) - V.Load(b + odd);
        V d2 = add ? V.Load(a + row) + V.Load(b + row) : V.Load(a + row) - V.Load(b + row);
        V d3 = add ? V.Load(a + odd + row) + V.Load(b + odd + row) : V.Load(a + odd + row) - V.Load(b + odd + row);
        V.Store(d0 - d2, result);
        V.Store(d1 + d2, result + 4 * product);
        V.Store(d2 - d1, result + 8 * product);
        V.Store(d1 - d3, result + 12 * product);
    }

    /// <summary>Aᵀ m A: the products of each tile become its four outputs.</summary>
    [MethodImpl(Compile.Alone)]
    private static void TransformProducts<T, V>(T* products, nint product, int count, T* results, nint result) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        for (int t = 0; t < count; t += V.Count, products += V.Count, results += V.Count)
        {
            T* at = products;
            V upper = V.Load(at), lower = V.Load(at + 4 * product), bottom = V.Load(at + 8 * product), last = V.Load(at + 12 * product);
            V y00 = upper + lower + bottom, y10 = lower - bottom - last;
            at += product;
            upper = V.Load(at);
            lower = V.Load(at + 4 * product);
            bottom = V.Load(at + 8 * product);
            last = V.Load(at + 12 * product);
            V u = upper + lower + bottom, l = lower - bottom - last;
            at += product;
            upper = V.Load(at);
            lower = V.Load(at + 4 * product);
            bottom = V.Load(at + 8 * product);
            last = V.Load(at + 12 * product);
            V u2 = upper + lower + bottom, l2 = lower - bottom - last;
            y00 = y00 + u + u2;
            y10 = y10 + l + l2;
            at += product;
            upper = V.Load(at);
            lower = V.Load(at + 4 * product);
            bottom = V.Load(at + 8 * product);
            last = V.Load(at + 12 * product);
            V.Store(y00, results);
            V.Store(u - u2 - (upper + lower + bottom), results + result);
            V.Store(y10, results + 2 * result);
            V.Store(l - l2 - (lower - bottom - last), results + 3 * result);
        }
    }

    /// <summary>Brings the outputs of a segment's tiles into the rows of one channel.</summary>
    private static void Put<T, V, TEpilogue>(in Sizes sizes, Segment* segment, T* results, nint result, T* y, int channel, in TEpilogue epilogue)
        where T : unmanaged where V : unmanaged, ISimdLane<V, T> where TEpilogue : struct, IEpilogue<T>
    {
        y += ((nint)segment->Image * sizes.OutC + channel) * sizes.OutH * sizes.OutW;
        results += segment->At;
        for (int i = segment->FirstRow; i <= segment->LastRow; i++)
        {
            int from = i == segment->FirstRow ? segment->From : 0, to = i == segment->LastRow ? segment->To : sizes.TilesW, columns = Math.Min(2 * to, sizes.OutW) - 2 * from;
            T* row = y + (nint)(2 * i) * sizes.OutW + 2 * from;
            PutRow<T, V, TEpilogue>(results, results + result, columns, row, channel, epilogue);
            if (2 * i + 1 < sizes.OutH) PutRow<T, V, TEpilogue>(results + 2 * result, results + 3 * result, columns, row + sizes.OutW, channel, epilogue);
            results += to - from;
        }
    }

    [MethodImpl(Compile.Alone)]
    private static void PutRow<T, V, TEpilogue>(T* even, T* odd, int count, T* row, int channel, in TEpilogue epilogue) where T : unmanaged where V : unmanaged, ISimdLane<V, T> where TEpilogue : struct, IEpilogue<T>
    {
        int lane = V.Count;
        for (; count > 0; count -= 2 * lane, even += lane, odd += lane, row += 2 * lane)
        {
            V a = V.Load(even), b = V.Load(odd);
            PartialLane.Store(epilogue.Apply(Low<V>(a, b), channel, 0, Math.Min(count, lane)), row, count);
            if (count > lane) PartialLane.Store(epilogue.Apply(High<V>(a, b), channel, 0, Math.Min(count - lane, lane)), row + lane, count - lane);
        }
    }

    /// <summary>a0 a2 … b0 b2 …</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Evens<V>(V a, V b) where V : unmanaged
    {
        if (sizeof(V) == 64) return From<V>(Avx512F.PermuteVar16x32x2(Wide(a), Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), Wide(b)));
        return From<V>(Avx2.Permute4x64(Avx.Shuffle(Half(a), Half(b), 0x88).AsDouble(), 0xD8).AsSingle());
    }

    /// <summary>a1 a3 … b1 b3 …</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Odds<V>(V a, V b) where V : unmanaged
    {
        if (sizeof(V) == 64) return From<V>(Avx512F.PermuteVar16x32x2(Wide(a), Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), Wide(b)));
        return From<V>(Avx2.Permute4x64(Avx.Shuffle(Half(a), Half(b), 0xDD).AsDouble(), 0xD8).AsSingle());
    }

    /// <summary>a0 b0 a1 b1 …, as many as fill a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Low<V>(V a, V b) where V : unmanaged
    {
        if (sizeof(V) == 64) return From<V>(Avx512F.PermuteVar16x32x2(Wide(a), Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), Wide(b)));
        return From<V>(Avx.Permute2x128(Avx.UnpackLow(Half(a), Half(b)), Avx.UnpackHigh(Half(a), Half(b)), 0x20));
    }

    /// <summary>What follows <see cref="Low"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V High<V>(V a, V b) where V : unmanaged
    {
        if (sizeof(V) == 64) return From<V>(Avx512F.PermuteVar16x32x2(Wide(a), Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), Wide(b)));
        return From<V>(Avx.Permute2x128(Avx.UnpackLow(Half(a), Half(b)), Avx.UnpackHigh(Half(a), Half(b)), 0x31));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Wide<V>(V value) where V : unmanaged => Unsafe.BitCast<V, Vector512<float>>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Half<V>(V value) where V : unmanaged => Unsafe.BitCast<V, Vector256<float>>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V From<V>(Vector512<float> value) where V : unmanaged => Unsafe.BitCast<Vector512<float>, V>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V From<V>(Vector256<float> value) where V : unmanaged => Unsafe.BitCast<Vector256<float>, V>(value);
}
