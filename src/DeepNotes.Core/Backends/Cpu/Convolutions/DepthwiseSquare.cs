using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepNotes.Backends.Cpu;

/// <summary>The commonest window, three by three with stride 1: what is loaded of a row of the image serves three rows of results.</summary>
internal static unsafe partial class Depthwise
{
    private readonly struct SquareWork<TNumber>(TNumber* image, nint imageRow, TNumber* weights, nint weightStep, TNumber start, TNumber* result, int rows, int columns) : IRegisterWork where TNumber : unmanaged
    {
        public void Run<W, T, TRegisters>() where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T>
        {
            TNumber first = start;
            Square<W, T, TRegisters>((T*)image, imageRow, (T*)weights, weightStep, *(T*)&first, (T*)result, rows, columns);
        }
    }

    private readonly struct SquareCorrelationWork<TNumber>(TNumber* image, nint imageRow, TNumber* gradient, int rows, int width, TNumber* sums) : IRegisterWork where TNumber : unmanaged, INumber<TNumber>
    {
        public void Run<W, T, TRegisters>() where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T> =>
            CorrelateSquare<W, T, TNumber, TRegisters>((T*)image, imageRow, (T*)gradient, rows, width, sums);
    }

    /// <summary>Four rows of results at a time; the last register of a row ends with it, and computes some results again.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Square<W, T, TRegisters>(T* image, nint imageRow, T* weights, nint weightStep, T start, T* result, int rows, int columns)
        where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T>
    {
        int lane = TRegisters.Count;
        W w0 = TRegisters.Broadcast(weights[0]), w1 = TRegisters.Broadcast(weights[weightStep]), w2 = TRegisters.Broadcast(weights[2 * weightStep]);
        W w3 = TRegisters.Broadcast(weights[3 * weightStep]), w4 = TRegisters.Broadcast(weights[4 * weightStep]), w5 = TRegisters.Broadcast(weights[5 * weightStep]);
        W w6 = TRegisters.Broadcast(weights[6 * weightStep]), w7 = TRegisters.Broadcast(weights[7 * weightStep]), w8 = TRegisters.Broadcast(weights[8 * weightStep]);
        for (int column = 0; ; column = Math.Min(column + lane, columns - lane))
        {
            T* x = image + column, y = result + column;
            int row = 0;
            for (; row <= rows - 4; row += 4)
            {
                W s0 = TRegisters.Broadcast(start), s1 = s0, s2 = s0, s3 = s0;
                W a = TRegisters.Load(x), b = TRegisters.Load(x + 1), c = TRegisters.Load(x + 2);
                s0 = TRegisters.MultiplyAdd(w0, a, s0);
                s0 = TRegisters.MultiplyAdd(w1, b, s0);
                s0 = TRegisters.MultiplyAdd(w2, c, s0);
                x += imageRow;
                a = TRegisters.Load(x);
                b = TRegisters.Load(x + 1);
                c = TRegisters.Load(x + 2);
                s0 = TRegisters.MultiplyAdd(w3, a, s0);
                s1 = TRegisters.MultiplyAdd(w0, a, s1);
                s0 = TRegisters.MultiplyAdd(w4, b, s0);
                s1 = TRegisters.MultiplyAdd(w1, b, s1);
                s0 = TRegisters.MultiplyAdd(w5, c, s0);
                s1 = TRegisters.MultiplyAdd(w2, c, s1);
                x += imageRow;
                a = TRegisters.Load(x);
                b = TRegisters.Load(x + 1);
                c = TRegisters.Load(x + 2);
                s0 = TRegisters.MultiplyAdd(w6, a, s0);
                s1 = TRegisters.MultiplyAdd(w3, a, s1);
                s2 = TRegisters.MultiplyAdd(w0, a, s2);
                s0 = TRegisters.MultiplyAdd(w7, b, s0);
                s1 = TRegisters.MultiplyAdd(w4, b, s1);
                s2 = TRegisters.MultiplyAdd(w1, b, s2);
                s0 = TRegisters.MultiplyAdd(w8, c, s0);
                s1 = TRegisters.MultiplyAdd(w5, c, s1);
                s2 = TRegisters.MultiplyAdd(w2, c, s2);
                x += imageRow;
                a = TRegisters.Load(x);
                b = TRegisters.Load(x + 1);
                c = TRegisters.Load(x + 2);
                s1 = TRegisters.MultiplyAdd(w6, a, s1);
                s2 = TRegisters.MultiplyAdd(w3, a, s2);
                s3 = TRegisters.MultiplyAdd(w0, a, s3);
                s1 = TRegisters.MultiplyAdd(w7, b, s1);
                s2 = TRegisters.MultiplyAdd(w4, b, s2);
                s3 = TRegisters.MultiplyAdd(w1, b, s3);
                s1 = TRegisters.MultiplyAdd(w8, c, s1);
                s2 = TRegisters.MultiplyAdd(w5, c, s2);
                s3 = TRegisters.MultiplyAdd(w2, c, s3);
                T* next = x + imageRow;
                a = TRegisters.Load(next);
                b = TRegisters.Load(next + 1);
                c = TRegisters.Load(next + 2);
                s2 = TRegisters.MultiplyAdd(w6, a, s2);
                s3 = TRegisters.MultiplyAdd(w3, a, s3);
                s2 = TRegisters.MultiplyAdd(w7, b, s2);
                s3 = TRegisters.MultiplyAdd(w4, b, s3);
                s2 = TRegisters.MultiplyAdd(w8, c, s2);
                s3 = TRegisters.MultiplyAdd(w5, c, s3);
                x = next;
                next = x + imageRow;
                s3 = TRegisters.MultiplyAdd(w6, TRegisters.Load(next), s3);
                s3 = TRegisters.MultiplyAdd(w7, TRegisters.Load(next + 1), s3);
                s3 = TRegisters.MultiplyAdd(w8, TRegisters.Load(next + 2), s3);
                TRegisters.Store(s0, y);
                TRegisters.Store(s1, y + columns);
                TRegisters.Store(s2, y + 2 * columns);
                TRegisters.Store(s3, y + 3 * columns);
                y += 4 * columns;
            }
            for (; row < rows; row++, x += imageRow, y += columns)
            {
                T* second = x + imageRow, third = second + imageRow;
                W s = TRegisters.Broadcast(start);
                s = TRegisters.MultiplyAdd(w0, TRegisters.Load(x), s);
                s = TRegisters.MultiplyAdd(w1, TRegisters.Load(x + 1), s);
                s = TRegisters.MultiplyAdd(w2, TRegisters.Load(x + 2), s);
                s = TRegisters.MultiplyAdd(w3, TRegisters.Load(second), s);
                s = TRegisters.MultiplyAdd(w4, TRegisters.Load(second + 1), s);
                s = TRegisters.MultiplyAdd(w5, TRegisters.Load(second + 2), s);
                s = TRegisters.MultiplyAdd(w6, TRegisters.Load(third), s);
                s = TRegisters.MultiplyAdd(w7, TRegisters.Load(third + 1), s);
                s = TRegisters.MultiplyAdd(w8, TRegisters.Load(third + 2), s);
                TRegisters.Store(s, y);
            }
            if (column == columns - lane) return;
        }
    }

    /// <summary>sums[3i + j] += Σ gradient[row, column] · image[row + i, column + j].</summary>
    [MethodImpl(Compile.Alone)]
    private static void CorrelateSquare<W, T, TSum, TRegisters>(T* image, nint imageRow, T* gradient, int rows, int width, TSum* sums)
        where W : unmanaged where T : unmanaged where TSum : unmanaged, INumber<TSum> where TRegisters : struct, IRegisters<W, T>
    {
        int lane = TRegisters.Count;
        TSum* lanes = stackalloc TSum[9 * 64];
        W s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default;
        for (int column = 0; column < width; column += lane)
        {
            // A row of the image meets the gradients of the row at its height and of the two before; beyond either end there are none.
            T* x = image + column, g = gradient + column;
            W before = default, last = default;
            for (int row = 0; row < rows; row++, x += imageRow, g += width)
            {
                W now = TRegisters.Load(g), a = TRegisters.Load(x), b = TRegisters.Load(x + 1), c = TRegisters.Load(x + 2);
                s0 = TRegisters.MultiplyAdd(now, a, s0);
                s1 = TRegisters.MultiplyAdd(now, b, s1);
                s2 = TRegisters.MultiplyAdd(now, c, s2);
                s3 = TRegisters.MultiplyAdd(last, a, s3);
                s4 = TRegisters.MultiplyAdd(last, b, s4);
                s5 = TRegisters.MultiplyAdd(last, c, s5);
                s6 = TRegisters.MultiplyAdd(before, a, s6);
                s7 = TRegisters.MultiplyAdd(before, b, s7);
                s8 = TRegisters.MultiplyAdd(before, c, s8);
                before = last;
                last = now;
            }
            W d = TRegisters.Load(x), e = TRegisters.Load(x + 1), f = TRegisters.Load(x + 2);
            s3 = TRegisters.MultiplyAdd(last, d, s3);
            s4 = TRegisters.MultiplyAdd(last, e, s4);
            s5 = TRegisters.MultiplyAdd(last, f, s5);
            s6 = TRegisters.MultiplyAdd(before, d, s6);
            s7 = TRegisters.MultiplyAdd(before, e, s7);
            s8 = TRegisters.MultiplyAdd(before, f, s8);
            x += imageRow;
            s6 = TRegisters.MultiplyAdd(last, TRegisters.Load(x), s6);
            s7 = TRegisters.MultiplyAdd(last, TRegisters.Load(x + 1), s7);
            s8 = TRegisters.MultiplyAdd(last, TRegisters.Load(x + 2), s8);
        }
        T* parts = (T*)lanes;
        TRegisters.Store(s0, parts);
        TRegisters.Store(s1, parts + lane);
        TRegisters.Store(s2, parts + 2 * lane);
        TRegisters.Store(s3, parts + 3 * lane);
        TRegisters.Store(s4, parts + 4 * lane);
        TRegisters.Store(s5, parts + 5 * lane);
        TRegisters.Store(s6, parts + 6 * lane);
        TRegisters.Store(s7, parts + 7 * lane);
        TRegisters.Store(s8, parts + 8 * lane);
        AddLanes(lanes, lane, 9, sums);
    }
}
