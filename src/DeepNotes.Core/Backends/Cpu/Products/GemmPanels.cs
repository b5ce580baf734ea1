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

    /// <summary>With <see cref="Direct"/>: the distance between the first lines of two tiles, divided by the lines of a tile.</summary>
    nint Line { get; }

    /// <summary>Whether <see cref="Direct"/> shows panels as the kernel packs them, which may be read to the end of the last tile; a constant to the compiler.</summary>
    static virtual bool IsPacked => false;

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

    public nint Line => 1;

    public void Pack(T* panel, int width, int line, int count, int step, int steps)
    {
        T* from = data + line * lineStride + step * stepStride;
        if (lineStride == 1) PanelPacking.CopyLines(panel, width, from, stepStride, count, steps);
        else if (stepStride == 1) PanelPacking.Transpose(panel, width, from, lineStride, count, steps);
        else PanelPacking.Gather(panel, width, from, lineStride, stepStride, count, steps);
    }
}

/// <summary>The loops that packing consists of.</summary>
internal static unsafe class PanelPacking
{
    /// <summary>Neighbouring lines are neighbours in memory.</summary>
    [MethodImpl(Compile.Alone)]
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

    /// <summary>Any strides, element by element.</summary>
    [MethodImpl(Compile.Alone)]
    public static void Gather<T>(T* panel, int width, T* from, nint lineStride, nint stepStride, int count, int steps) where T : unmanaged
    {
        for (int p = 0; p < steps; p++, panel += width, from += stepStride)
        {
            for (int i = 0; i < count; i++) panel[i] = from[i * lineStride];
            new Span<T>(panel + count, width - count).Clear();
        }
    }

    /// <summary>Steps are neighbours in memory, and lines are <paramref name="lineStride"/> apart.</summary>
    [MethodImpl(Compile.Alone)]
    public static void Transpose<T>(T* panel, int width, T* from, nint lineStride, int count, int steps) where T : unmanaged
    {
        int last = count - 1;
        T** lines = stackalloc T*[8];
        for (int i = 0; i < width;)
        {
            int group = GroupSize<T>(width), line = Math.Max(0, Math.Min(i, width - group));
            // Lines beyond the last repeat it: what they give is never stored.
            for (int j = 0; j < group; j++) lines[j] = from + Math.Min(line + j, last) * lineStride;
            Turn(panel + line, width, lines, Math.Min(group, width), steps);
            i = line + group;
        }
    }

    /// <summary>Steps are neighbours in memory, and lines are anywhere: line i starts at from[offsets[i]].</summary>
    [MethodImpl(Compile.Alone)]
    public static void Transpose<T>(T* panel, int width, T* from, int* offsets, int count, int steps) where T : unmanaged
    {
        int last = count - 1;
        T** lines = stackalloc T*[8];
        for (int i = 0; i < width;)
        {
            int group = GroupSize<T>(width), line = Math.Max(0, Math.Min(i, width - group));
            for (int j = 0; j < group; j++) lines[j] = from + offsets[Math.Min(line + j, last)];
            Turn(panel + line, width, lines, Math.Min(group, width), steps);
            i = line + group;
        }
    }

    /// <summary>Lines that are turned at a time: as many as fill 256 bits, also where fewer are wanted, see <see cref="Turn"/>; one where nothing turns them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int GroupSize<T>(int width) where T : unmanaged => Avx.IsSupported && width > 2 ? 32 / sizeof(T) : 1;

    /// <summary>Writes panel[p·width + i] = lines[i][p].</summary>
    /// <remarks>
    /// In a panel narrower than 256 bits each step is written over the surplus of the one before it; what follows the panel in memory must be free for the
    /// surplus of the last.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn<T>(T* panel, int width, T** lines, int count, int steps) where T : unmanaged
    {
        if (Avx.IsSupported && width > 2 && sizeof(T) == 4 && steps >= 4) TurnSingles((float*)panel, width, (float**)lines, steps);
        else if (Avx.IsSupported && width > 2 && sizeof(T) == 8 && steps >= 2) TurnDoubles((double*)panel, width, (double**)lines, steps);
        else
        {
            for (nint p = 0; p < steps; p++, panel += width)
            {
                for (int i = 0; i < count; i++) panel[i] = lines[i][p];
            }
        }
    }

    /// <summary>Eight lines, four steps at a time; the last four may overlap those before them.</summary>
    [MethodImpl(Compile.Alone)]
    private static void TurnSingles(float* panel, nint width, float** lines, nint steps)
    {
        float* l0 = lines[0], l1 = lines[1], l2 = lines[2], l3 = lines[3], l4 = lines[4], l5 = lines[5], l6 = lines[6], l7 = lines[7];
        for (nint p = 0; ;)
        {
            Vector256<float> x0 = Vector256.Create(Vector128.Load(l0 + p), Vector128.Load(l4 + p));
            Vector256<float> x1 = Vector256.Create(Vector128.Load(l1 + p), Vector128.Load(l5 + p));
            Vector256<float> x2 = Vector256.Create(Vector128.Load(l2 + p), Vector128.Load(l6 + p));
            Vector256<float> x3 = Vector256.Create(Vector128.Load(l3 + p), Vector128.Load(l7 + p));
            Vector256<double> low01 = Avx.UnpackLow(x0, x1).AsDouble(), high01 = Avx.UnpackHigh(x0, x1).AsDouble();
            Vector256<double> low23 = Avx.UnpackLow(x2, x3).AsDouble(), high23 = Avx.UnpackHigh(x2, x3).AsDouble();
            float* to = panel + p * width;
            Avx.UnpackLow(low01, low23).AsSingle().Store(to);
            Avx.UnpackHigh(low01, low23).AsSingle().Store(to + width);
            Avx.UnpackLow(high01, high23).AsSingle().Store(to + 2 * width);
            Avx.UnpackHigh(high01, high23).AsSingle().Store(to + 3 * width);
            p += 4;
            if (p >= steps) break;
            p = Math.Min(p, steps - 4);
        }
    }

    /// <summary>Four lines, two steps at a time; the last two may overlap those before them.</summary>
    [MethodImpl(Compile.Alone)]
    private static void TurnDoubles(double* panel, nint width, double** lines, nint steps)
    {
        double* l0 = lines[0], l1 = lines[1], l2 = lines[2], l3 = lines[3];
        for (nint p = 0; ;)
        {
            Vector256<double> x0 = Vector256.Create(Vector128.Load(l0 + p), Vector128.Load(l2 + p));
            Vector256<double> x1 = Vector256.Create(Vector128.Load(l1 + p), Vector128.Load(l3 + p));
            double* to = panel + p * width;
            Avx.UnpackLow(x0, x1).Store(to);
            Avx.UnpackHigh(x0, x1).Store(to + width);
            p += 2;
            if (p >= steps) break;
            p = Math.Min(p, steps - 2);
        }
    }
}
