using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// How the channels of one image and group lie in memory while they are convolved: with their zero padding, and with the columns that a
/// stride keeps apart brought together, so that neighbouring outputs read neighbouring numbers.
/// </summary>
/// <remarks>
/// Layout [channel][column modulo stride][row][column / stride]. The number that window element e of output pixel p reads is at
/// PixelOffsets[p] + WindowOffsets[e]: the two parts are independent, which is all that packing needs to know.
/// </remarks>
internal readonly unsafe struct PaddedImage
{
    private readonly int rows, columns, phases, rowOffset, columnOffset;

    public PaddedImage(in Conv2dShape shape)
    {
        IsTheImage = shape.PadH == 0 && shape.PadW == 0 && shape.StrideW == 1;
        phases = shape.StrideW;
        rowOffset = shape.PadH;
        columnOffset = shape.PadW;
        rows = IsTheImage ? shape.H : (shape.OutH - 1) * shape.StrideH + (shape.KH - 1) * shape.DilH + 1;
        int width = IsTheImage ? shape.W : (shape.OutW - 1) * shape.StrideW + (shape.KW - 1) * shape.DilW + 1;
        columns = (width + phases - 1) / phases;
        Channels = shape.GroupC;
        if ((long)Channels * phases * rows * columns > int.MaxValue) throw new NotSupportedException($"A convolution over images of more than {int.MaxValue} numbers, padding included, is not supported.");
    }

    /// <summary>An image with border and unit stride, for the gradient with respect to the input.</summary>
    public PaddedImage(int channels, int rows, int columns, int rowOffset, int columnOffset)
    {
        (Channels, this.rows, this.columns, this.rowOffset, this.columnOffset, phases) = (channels, rows, columns, rowOffset, columnOffset, 1);
        if ((long)channels * rows * columns > int.MaxValue) throw new NotSupportedException($"A convolution over images of more than {int.MaxValue} numbers, padding included, is not supported.");
    }

    /// <summary>No padding and no stride: the image serves as it is.</summary>
    public bool IsTheImage { get; }

    public int Channels { get; }

    /// <summary>The row that row 0 of the image is in.</summary>
    public int FirstRow => rowOffset;

    /// <summary>The column that column 0 of the image is in.</summary>
    public int FirstColumn => columnOffset;

    /// <summary>Distance between rows.</summary>
    public int Row => columns;

    /// <summary>Distance between channels.</summary>
    public int Channel => phases * rows * columns;

    /// <summary>Numbers in all.</summary>
    public int Size => Channels * Channel;

    /// <summary>Where the first number of each output pixel's window is.</summary>
    public void PixelOffsets(in Conv2dShape shape, int* offsets)
    {
        for (int row = 0; row < shape.OutH; row++)
        {
            for (int column = 0; column < shape.OutW; column++) *offsets++ = row * shape.StrideH * columns + column;
        }
    }

    /// <summary>Where each number of a window is, from its first.</summary>
    public void WindowOffsets(in Conv2dShape shape, int* offsets)
    {
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int i = 0; i < shape.KH; i++)
            {
                for (int j = 0; j < shape.KW; j++)
                {
                    int column = j * shape.DilW;
                    *offsets++ = channel * Channel + column % phases * rows * columns + i * shape.DilH * columns + column / phases;
                }
            }
        }
    }

    /// <summary>Brings an image [channels, height, width] into this layout; rows and columns that nothing reads are dropped.</summary>
    [MethodImpl(Compile.Alone)]
    public void Fill<T>(T* image, int height, int width, T* target) where T : unmanaged, INumber<T>
    {
        for (int channel = 0; channel < Channels; channel++, image += (nint)height * width)
        {
            for (int phase = 0; phase < phases; phase++)
            {
                // Column q of this phase is column q·phases + phase − columnOffset of the image.
                int first = Math.Clamp((columnOffset - phase + phases - 1) / phases, 0, columns);
                int end = Math.Clamp((width + columnOffset - phase + phases - 1) / phases, first, columns);
                for (int row = 0; row < rows; row++, target += columns)
                {
                    int y = row - rowOffset;
                    if (y < 0 || y >= height)
                    {
                        new Span<T>(target, columns).Clear();
                        continue;
                    }
                    for (int q = 0; q < first; q++) target[q] = T.Zero;
                    T* from = image + (nint)y * width + phase - columnOffset;
                    int bytes = (end - first) * sizeof(T);
                    if (phases > 1) for (int q = first; q < end; q++) target[q] = from[(nint)q * phases];
                    else if (bytes < 16 || y == height - 1 || row == rows - 1) new ReadOnlySpan<T>(from + first, end - first).CopyTo(new Span<T>(target + first, end - first));
                    else CopyRow((byte*)(from + first), (byte*)(target + first), bytes);
                    for (int q = end; q < columns; q++) target[q] = T.Zero;
                }
            }
        }
    }

    /// <summary>Copies in whole vectors: what is read and written beyond the end belongs to the next row, which is written later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow(byte* from, byte* to, int bytes)
    {
        int i = 0;
        for (; i <= bytes - 64; i += 64)
        {
            Vector256.Load(from + i).Store(to + i);
            Vector256.Load(from + i + 32).Store(to + i + 32);
        }
        for (; i < bytes; i += 16) Vector128.Load(from + i).Store(to + i);
    }
}
