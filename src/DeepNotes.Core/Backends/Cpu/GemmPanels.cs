using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// One operand of a product as the kernel wants it: lines (the rows of A, the columns of B), each as long as the sums are.
/// A matrix in memory is one; an image that a convolution slides over is another.
/// </summary>
internal unsafe interface IPanels<T> where T : unmanaged
{
    /// <summary>
    /// The address of (line 0, step 0) when neighbouring lines are neighbours in memory, so that the kernel can read in place; null otherwise.
    /// </summary>
    T* Direct { get; }

    /// <summary>With <see cref="Direct"/>: the distance between steps.</summary>
    nint Step { get; }

    /// <summary>Writes panel[p·width + i] = element (line + i, step + p) for i below count; from there to width anything finite or taken from the operand.</summary>
    void Pack(T* panel, int width, int line, int count, int step, int steps);
}

/// <summary>A matrix with any strides.</summary>
/// <param name="data">Its first element.</param>
/// <param name="lineStride">Distance between lines.</param>
/// <param name="stepStride">Distance between steps along a line.</param>
internal readonly unsafe struct StridedPanels<T>(T* data, nint lineStride, nint stepStride) : IPanels<T> where T : unmanaged
{
    public T* Direct => lineStride == 1 ? data : null;

    public nint Step => stepStride;

    public void Pack(T* panel, int width, int line, int count, int step, int steps)
    {
        T* from = data + line * lineStride + step * stepStride;
        if (lineStride == 1) PanelPacking.CopyLines(panel, width, from, stepStride, count, steps);
        else if (stepStride == 1 && sizeof(T) == 4) PanelPacking.TransposeSingles((float*)panel, width, (float*)from, lineStride, count, steps);
        else if (stepStride == 1 && sizeof(T) == 8) PanelPacking.TransposeDoubles((double*)panel, width, (double*)from, lineStride, count, steps);
        else PanelPacking.Gather(panel, width, from, lineStride, stepStride, count, 0, steps);
    }
}

/// <summary>The loops that packing consists of.</summary>
internal static unsafe class PanelPacking
{
    /// <summary>Neighbouring lines are neighbours in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyLines<T>(T* panel, int width, T* from, nint stepStride, int count, int steps) where T : unmanaged
    {
        int bytes = count * sizeof(T);
        if (bytes < Vector128<byte>.Count || count < width)
        {
            for (int p = 0; p < steps; p++, panel += width, from += stepStride)
            {
                for (int i = 0; i < count; i++) panel[i] = from[i];
                new Span<T>(panel + count, width - count).Clear();
            }
            return;
        }
        for (int p = 0; p < steps; p++, panel += width, from += stepStride)
        {
            byte* source = (byte*)from, target = (byte*)panel;
            int i = 0;
            for (; i <= bytes - Vector256<byte>.Count; i += Vector256<byte>.Count) Vector256.Load(source + i).Store(target + i);
            if (i == bytes) continue;
            if (i <= bytes - Vector128<byte>.Count) Vector128.Load(source + i).Store(target + i);
            // What is left ends with the line; some of it may be written twice.
            int last = bytes - Vector128<byte>.Count;
            Vector128.Load(source + last).Store(target + last);
        }
    }

    /// <summary>Any strides, element by element, from step <paramref name="first"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<T>(T* panel, int width, T* from, nint lineStride, nint stepStride, int count, int first, int steps) where T : unmanaged
    {
        panel += (nint)first * width;
        from += first * stepStride;
        for (int p = first; p < steps; p++, panel += width, from += stepStride)
        {
            for (int i = 0; i < count; i++) panel[i] = from[i * lineStride];
            new Span<T>(panel + count, width - count).Clear();
        }
    }

    /// <summary>Steps are neighbours in memory: eight lines by four steps are turned in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransposeSingles(float* panel, int width, float* from, nint lineStride, int count, int steps)
    {
        int whole = Avx.IsSupported && width > 2 ? steps & ~3 : 0;
        if (whole > 0)
        {
            // A panel of fewer than eight lines is written in ascending order, each step over the surplus of the one before it.
            int groups = (width + 7) / 8, last = count - 1;
            for (int group = 0; group < groups; group++)
            {
                int line = width < 8 ? 0 : Math.Min(group * 8, width - 8);
                // Lines beyond the last repeat it: what they give is never stored.
                float* l0 = from + Math.Min(line, last) * lineStride, l1 = from + Math.Min(line + 1, last) * lineStride;
                float* l2 = from + Math.Min(line + 2, last) * lineStride, l3 = from + Math.Min(line + 3, last) * lineStride;
                float* l4 = from + Math.Min(line + 4, last) * lineStride, l5 = from + Math.Min(line + 5, last) * lineStride;
                float* l6 = from + Math.Min(line + 6, last) * lineStride, l7 = from + Math.Min(line + 7, last) * lineStride;
                float* to = panel + line;
                for (nint p = 0; p < whole; p += 4)
                {
                    Vector256<float> x0 = Vector256.Create(Vector128.Load(l0 + p), Vector128.Load(l4 + p));
                    Vector256<float> x1 = Vector256.Create(Vector128.Load(l1 + p), Vector128.Load(l5 + p));
                    Vector256<float> x2 = Vector256.Create(Vector128.Load(l2 + p), Vector128.Load(l6 + p));
                    Vector256<float> x3 = Vector256.Create(Vector128.Load(l3 + p), Vector128.Load(l7 + p));
                    Vector256<double> low01 = Avx.UnpackLow(x0, x1).AsDouble(), high01 = Avx.UnpackHigh(x0, x1).AsDouble();
                    Vector256<double> low23 = Avx.UnpackLow(x2, x3).AsDouble(), high23 = Avx.UnpackHigh(x2, x3).AsDouble();
                    Avx.UnpackLow(low01, low23).AsSingle().Store(to);
                    Avx.UnpackHigh(low01, low23).AsSingle().Store(to + width);
                    Avx.UnpackLow(high01, high23).AsSingle().Store(to + 2 * width);
                    Avx.UnpackHigh(high01, high23).AsSingle().Store(to + 3 * width);
                    to += 4 * width;
                }
            }
        }
        Gather(panel, width, from, lineStride, 1, count, whole, steps);
    }

    /// <summary>Steps are neighbours in memory: four lines by two steps are turned in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransposeDoubles(double* panel, int width, double* from, nint lineStride, int count, int steps)
    {
        int whole = Avx.IsSupported && width > 1 ? steps & ~1 : 0;
        if (whole > 0)
        {
            int groups = (width + 3) / 4, last = count - 1;
            for (int group = 0; group < groups; group++)
            {
                int line = width < 4 ? 0 : Math.Min(group * 4, width - 4);
                double* l0 = from + Math.Min(line, last) * lineStride, l1 = from + Math.Min(line + 1, last) * lineStride;
                double* l2 = from + Math.Min(line + 2, last) * lineStride, l3 = from + Math.Min(line + 3, last) * lineStride;
                double* to = panel + line;
                for (nint p = 0; p < whole; p += 2)
                {
                    Vector256<double> x0 = Vector256.Create(Vector128.Load(l0 + p), Vector128.Load(l2 + p));
                    Vector256<double> x1 = Vector256.Create(Vector128.Load(l1 + p), Vector128.Load(l3 + p));
                    Avx.UnpackLow(x0, x1).Store(to);
                    Avx.UnpackHigh(x0, x1).Store(to + width);
                    to += 2 * width;
                }
            }
        }
        Gather(panel, width, from, lineStride, 1, count, whole, steps);
    }
}
