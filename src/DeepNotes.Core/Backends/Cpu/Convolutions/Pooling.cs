using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// The sizes of a two-dimensional pooling over planes [Planes, H, W], where a plane is one channel of one image. The last windows
/// may reach ExtraH rows and ExtraW columns beyond the padding; each must begin inside the image or before it.
/// </summary>
internal readonly record struct Pool2dShape(
    int Planes, int H, int W, int KH, int KW, int StrideH, int StrideW, int PadH, int PadW, int DilH, int DilW, int ExtraH = 0, int ExtraW = 0)
{
    /// <summary>Rows of the output; windows that do not fit are dropped.</summary>
    public int OutH => (H + 2 * PadH + ExtraH - DilH * (KH - 1) - 1) / StrideH + 1;

    /// <summary>Columns of the output.</summary>
    public int OutW => (W + 2 * PadW + ExtraW - DilW * (KW - 1) - 1) / StrideW + 1;
}

/// <summary>Largest element of each window, and where it was.</summary>
internal static unsafe class Pooling
{
    private const long PieceNumbers = 1 << 15;

    /// <summary>Max-pooling. NaN counts as larger than any number; of equal elements the first in row order wins, of NaNs the last (as in torch.nn.functional.max_pool2d).</summary>
    /// <param name="shape">The sizes; padding at most half a window, so that each window holds an element.</param>
    /// <param name="x">[Planes, H, W].</param>
    /// <param name="y">[Planes, OutH, OutW], written.</param>
    /// <param name="indices">Like y: row·W + column of each element within its plane.</param>
    public static void Max<T>(in Pool2dShape shape, T* x, T* y, long* indices) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var job = new MaxJob<T> { Shape = shape, X = x, Y = y, Indices = indices, PlanesPerPiece = PlanesPerPiece(shape) };
        Workers.Run(ref job, (shape.Planes + job.PlanesPerPiece - 1) / job.PlanesPerPiece);
    }

    /// <summary>The gradient with respect to the input: every output's gradient is added where its element came from.</summary>
    /// <param name="shape">The sizes of the forward pooling.</param>
    /// <param name="gradient">[Planes, OutH, OutW].</param>
    /// <param name="indices">What <see cref="Max"/> wrote.</param>
    /// <param name="result">[Planes, H, W], written.</param>
    public static void MaxGradient<T>(in Pool2dShape shape, T* gradient, long* indices, T* result) where T : unmanaged, INumber<T>
    {
        var job = new GradientJob<T> { Shape = shape, Gradient = gradient, Indices = indices, Result = result, PlanesPerPiece = PlanesPerPiece(shape) };
        Workers.Run(ref job, (shape.Planes + job.PlanesPerPiece - 1) / job.PlanesPerPiece);
    }

    private static int PlanesPerPiece(in Pool2dShape shape) => (int)Math.Clamp(PieceNumbers / Math.Max(1, (long)shape.H * shape.W), 1, Math.Max(1, shape.Planes));

    private struct MaxJob<T> : IJob where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Pool2dShape Shape;
        public T* X, Y;
        public long* Indices;
        public int PlanesPerPiece;

        public readonly void Run(int index)
        {
            int end = Math.Min((index + 1) * PlanesPerPiece, Shape.Planes), outputs = Shape.OutH * Shape.OutW;
            bool twoByTwo = Shape is { KH: 2, KW: 2, StrideH: 2, StrideW: 2, PadH: 0, PadW: 0, DilH: 1, DilW: 1, ExtraH: 0, ExtraW: 0 };
            for (int plane = index * PlanesPerPiece; plane < end; plane++)
            {
                T* x = X + (nint)plane * Shape.H * Shape.W, y = Y + (nint)plane * outputs;
                long* indices = Indices + (nint)plane * outputs;
                if (twoByTwo) MaxTwoByTwo(x, Shape.W, Shape.OutH, Shape.OutW, y, indices);
                else MaxAny(x, y, indices);
            }
        }

        private readonly void MaxAny(T* x, T* y, long* indices)
        {
            for (int row = 0; row < Shape.OutH; row++)
            {
                int top = row * Shape.StrideH - Shape.PadH, bottom = Math.Min(top + (Shape.KH - 1) * Shape.DilH + 1, Shape.H);
                if (top < 0) top += (-top + Shape.DilH - 1) / Shape.DilH * Shape.DilH;
                for (int column = 0; column < Shape.OutW; column++)
                {
                    int left = column * Shape.StrideW - Shape.PadW, right = Math.Min(left + (Shape.KW - 1) * Shape.DilW + 1, Shape.W);
                    if (left < 0) left += (-left + Shape.DilW - 1) / Shape.DilW * Shape.DilW;
                    int at = top * Shape.W + left;
                    T largest = x[at];
                    for (int i = top; i < bottom; i += Shape.DilH)
                    {
                        for (int j = left; j < right; j += Shape.DilW) Take(x, i * Shape.W + j, ref largest, ref at);
                    }
                    *y++ = largest;
                    *indices++ = at;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take<T>(T* x, int index, ref T largest, ref int at) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T value = x[index];
        if (value > largest || T.IsNaN(value))
        {
            largest = value;
            at = index;
        }
    }

    private static void MaxTwoByTwo<T>(T* x, int width, int rows, int columns, T* y, long* indices) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++, y += columns, indices += columns)
        {
            int first = 2 * row * width;
            if (typeof(T) == typeof(float) && Avx2.IsSupported && columns >= 4)
            {
                MaxTwoByTwoRow((float*)x, first, width, columns, (float*)y, indices);
                continue;
            }
            for (int column = 0; column < columns; column++)
            {
                int at = first + 2 * column;
                T largest = x[at];
                Take(x, at, ref largest, ref at);
                int corner = first + 2 * column;
                Take(x, corner + 1, ref largest, ref at);
                Take(x, corner + width, ref largest, ref at);
                Take(x, corner + width + 1, ref largest, ref at);
                y[column] = largest;
                indices[column] = at;
            }
        }
    }

    /// <summary>Eight or four windows at a time; the last ones may overlap those before them.</summary>
    [MethodImpl(Compile.Alone)]
    private static void MaxTwoByTwoRow(float* x, int first, int width, int columns, float* y, long* indices)
    {
        int done = 0;
        for (; columns >= 8 && done < columns; done += 8)
        {
            done = Math.Min(done, columns - 8);
            float* upper = x + first + 2 * done, lower = upper + width;
            Vector256<float> u0 = Vector256.Load(upper), u1 = Vector256.Load(upper + 8), l0 = Vector256.Load(lower), l1 = Vector256.Load(lower + 8);
            // Even and odd columns; within the halves of 128 bits, which is put right below.
            Vector256<float> largest = Avx.Shuffle(u0, u1, 0x88);
            Vector256<int> offset = Vector256<int>.Zero;
            Pick(Avx.Shuffle(u0, u1, 0xDD), Vector256.Create(1), ref largest, ref offset);
            Pick(Avx.Shuffle(l0, l1, 0x88), Vector256.Create(width), ref largest, ref offset);
            Pick(Avx.Shuffle(l0, l1, 0xDD), Vector256.Create(width + 1), ref largest, ref offset);
            Avx2.Permute4x64(largest.AsDouble(), 0xD8).AsSingle().Store(y + done);
            Vector256<int> at = Avx2.Permute4x64(offset.AsInt64(), 0xD8).AsInt32() + Vector256.Create(0, 2, 4, 6, 8, 10, 12, 14) + Vector256.Create(first + 2 * done);
            var (low, high) = Vector256.Widen(at);
            low.Store(indices + done);
            high.Store(indices + done + 4);
        }
        for (; done < columns; done += 4)
        {
            done = Math.Min(done, columns - 4);
            float* upper = x + first + 2 * done, lower = upper + width;
            // The same in the lower half of the vectors.
            Vector256<float> u = Vector256.Load(upper), l = Vector256.Load(lower);
            Vector256<float> largest = Sse.Shuffle(u.GetLower(), u.GetUpper(), 0x88).ToVector256();
            Vector256<int> offset = Vector256<int>.Zero;
            Pick(Sse.Shuffle(u.GetLower(), u.GetUpper(), 0xDD).ToVector256(), Vector256.Create(1), ref largest, ref offset);
            Pick(Sse.Shuffle(l.GetLower(), l.GetUpper(), 0x88).ToVector256(), Vector256.Create(width), ref largest, ref offset);
            Pick(Sse.Shuffle(l.GetLower(), l.GetUpper(), 0xDD).ToVector256(), Vector256.Create(width + 1), ref largest, ref offset);
            largest.GetLower().Store(y + done);
            Vector256.WidenLower(offset + Vector256.Create(0, 2, 4, 6, 0, 0, 0, 0) + Vector256.Create(first + 2 * done)).Store(indices + done);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Pick(Vector256<float> value, Vector256<int> index, ref Vector256<float> largest, ref Vector256<int> offset)
        {
            Vector256<float> take = Vector256.GreaterThan(value, largest) | ~Vector256.Equals(value, value);
            largest = Vector256.ConditionalSelect(take, value, largest);
            offset = Vector256.ConditionalSelect(take.AsInt32(), index, offset);
        }
    }

    private struct GradientJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public Pool2dShape Shape;
        public T* Gradient, Result;
        public long* Indices;
        public int PlanesPerPiece;

        public readonly void Run(int index)
        {
            int end = Math.Min((index + 1) * PlanesPerPiece, Shape.Planes), outputs = Shape.OutH * Shape.OutW, inputs = Shape.H * Shape.W;
            for (int plane = index * PlanesPerPiece; plane < end; plane++)
            {
                T* result = Result + (nint)plane * inputs, gradient = Gradient + (nint)plane * outputs;
                long* indices = Indices + (nint)plane * outputs;
                new Span<T>(result, inputs).Clear();
                for (int i = 0; i < outputs; i++) result[indices[i]] += gradient[i];
            }
        }
    }
}
