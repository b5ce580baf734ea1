using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// An operand whose element (line, step) is at data[lines[line] + steps[step]]: the windows of a convolution, and all that is multiplied with them.
/// </summary>
/// <param name="data">The numbers.</param>
/// <param name="lines">Offset of each line.</param>
/// <param name="steps">Offset of each step.</param>
/// <param name="stepsRun">Runs of neighbours in memory are steps (otherwise lines).</param>
internal readonly unsafe struct OffsetPanels<T>(T* data, int* lines, int* steps, bool stepsRun) : IPanels<T> where T : unmanaged
{
    public T* Direct => null;

    public nint Step => 0;

    public nint Line => 0;

    public void Pack(T* panel, int width, int line, int count, int step, int stepCount)
    {
        if (stepsRun) PackStepRuns(panel, width, lines + line, count, steps + step, stepCount);
        else PackLineRuns(panel, width, lines + line, count, steps + step, stepCount);
    }

    /// <summary>The neighbours in memory that start with the first of these offsets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RunLength(int* offsets, int count)
    {
        int length = 1;
        while (length < count && offsets[length] == offsets[0] + length) length++;
        return length;
    }

    [MethodImpl(Compile.Alone)]
    private void PackLineRuns(T* panel, int width, int* line, int count, int* step, int stepCount)
    {
        for (int i = 0; i < count;)
        {
            int length = RunLength(line + i, count - i);
            CopyRun((byte*)(panel + i), width * sizeof(T), (byte*)(data + line[i]), step, stepCount, length * sizeof(T));
            i += length;
        }
        if (count == width) return;
        for (int p = 0; p < stepCount; p++) new Span<T>(panel + (nint)p * width + count, width - count).Clear();
    }

    /// <summary>Copies the same few bytes of every step, in the largest vectors that fit; the last may overlap the one before it.</summary>
    [MethodImpl(Compile.Alone)]
    private static void CopyRun(byte* target, nint targetStep, byte* source, int* step, int stepCount, int bytes)
    {
        if (bytes == 4 * Vector256<byte>.Count)
        {
            for (nint p = 0; p < stepCount; p++, target += targetStep)
            {
                byte* from = source + (nint)step[p] * sizeof(T);
                Vector256<byte> v0 = Vector256.Load(from), v1 = Vector256.Load(from + 32), v2 = Vector256.Load(from + 64), v3 = Vector256.Load(from + 96);
                v0.Store(target);
                v1.Store(target + 32);
                v2.Store(target + 64);
                v3.Store(target + 96);
            }
        }
        else if (bytes > 2 * Vector256<byte>.Count)
        {
            for (nint p = 0; p < stepCount; p++, target += targetStep)
            {
                byte* from = source + (nint)step[p] * sizeof(T);
                int i = 0;
                do
                {
                    Vector256.Load(from + i).Store(target + i);
                    i += 32;
                }
                while (i < bytes - 32);
                Vector256.Load(from + bytes - 32).Store(target + bytes - 32);
            }
        }
        else if (bytes >= Vector256<byte>.Count)
        {
            for (nint p = 0; p < stepCount; p++, target += targetStep)
            {
                byte* from = source + (nint)step[p] * sizeof(T);
                Vector256<byte> v0 = Vector256.Load(from), v1 = Vector256.Load(from + bytes - 32);
                v0.Store(target);
                v1.Store(target + bytes - 32);
            }
        }
        else if (bytes >= Vector128<byte>.Count)
        {
            for (nint p = 0; p < stepCount; p++, target += targetStep)
            {
                byte* from = source + (nint)step[p] * sizeof(T);
                Vector128<byte> v0 = Vector128.Load(from), v1 = Vector128.Load(from + bytes - 16);
                v0.Store(target);
                v1.Store(target + bytes - 16);
            }
        }
        else
        {
            int count = bytes / sizeof(T);
            for (nint p = 0; p < stepCount; p++, target += targetStep)
            {
                T* from = (T*)source + step[p], to = (T*)target;
                for (int i = 0; i < count; i++) to[i] = from[i];
            }
        }
    }

    private void PackStepRuns(T* panel, int width, int* line, int count, int* step, int stepCount)
    {
        for (int p = 0; p < stepCount;)
        {
            int length = RunLength(step + p, stepCount - p);
            PanelPacking.Transpose(panel + (nint)p * width, width, data + step[p], line, count, length);
            p += length;
        }
    }
}
