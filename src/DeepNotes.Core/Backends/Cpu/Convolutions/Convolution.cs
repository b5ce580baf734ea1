using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>The sizes of a two-dimensional convolution over [N, C, H, W] with weights [OutC, C/Groups, KH, KW].</summary>
internal readonly record struct Conv2dShape(
    int N, int C, int H, int W, int OutC, int KH, int KW, int StrideH, int StrideW, int PadH, int PadW, int DilH, int DilW, int Groups)
{
    /// <summary>Rows of the output.</summary>
    public int OutH => (H + 2 * PadH - DilH * (KH - 1) - 1) / StrideH + 1;

    /// <summary>Columns of the output.</summary>
    public int OutW => (W + 2 * PadW - DilW * (KW - 1) - 1) / StrideW + 1;

    /// <summary>What the convolution costs, and each of its gradients.</summary>
    public long MultiplyAdds => (long)N * OutC * OutH * OutW * GroupC * KH * KW;

    /// <summary>Input channels of one group.</summary>
    public int GroupC => C / Groups;

    /// <summary>Output channels of one group.</summary>
    public int GroupOutC => OutC / Groups;

    /// <summary>Weights of one output channel: the length of a window.</summary>
    public int Window => GroupC * KH * KW;

    /// <summary>Multiply-adds of one image and group.</summary>
    public long ItemWork => (long)GroupOutC * Window * OutH * OutW;

    /// <summary>A 1×1 convolution that touches every pixel once: a matrix product over the image as it lies.</summary>
    public bool IsPointwise => KH == 1 && KW == 1 && StrideH == 1 && StrideW == 1 && PadH == 0 && PadW == 0;
}

/// <summary>
/// Convolutions as matrix products whose operands are packed straight from the image: the matrix of windows never exists.
/// All arrays are contiguous. Nothing here depends on the number of threads but the time.
/// </summary>
internal static unsafe partial class Convolution
{
    // In multiply-adds: what is worth cutting up.
    private const long LargeItem = 1 << 21;

    /// <summary>y = x ⋆ w + bias.</summary>
    /// <param name="shape">The sizes; consistent, with an output that is not empty in height and width.</param>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="w">[OutC, C/Groups, KH, KW].</param>
    /// <param name="bias">[OutC], or null.</param>
    /// <param name="y">[N, OutC, OutH, OutW], written.</param>
    /// <param name="prepared">The weights as <see cref="Winograd.Prepare{T}(T*, int, int, T*)"/> leaves them, or null.</param>
    public static void Forward<T>(in Conv2dShape shape, T* x, T* w, T* bias, T* y, T* prepared = null) where T : unmanaged, INumber<T>
    {
        if (Depthwise.Takes(shape)) Depthwise.Forward(shape, x, w, bias, y);
        else if (bias == null) Forward(shape, x, w, y, new NoEpilogue<T>(), prepared);
        else Forward(shape, x, w, y, new Bias<T>(bias, perRow: true), prepared);
    }

    /// <summary>y = epilogue(x ⋆ w), where an epilogue's row is the output channel; its column means nothing.</summary>
    public static void Forward<T, TEpilogue>(in Conv2dShape shape, T* x, T* w, T* y, TEpilogue epilogue, T* prepared = null) where T : unmanaged, INumber<T> where TEpilogue : struct, IEpilogue<T>
    {
        if (shape.N == 0 || shape.OutC == 0) return;
        if (Winograd.Takes<T>(shape, prepared != null))
        {
            Winograd.Forward(shape, x, w, y, epilogue, prepared);
            return;
        }
        var image = new PaddedImage(shape);
        int pixels = shape.OutH * shape.OutW, together = Together(shape.N, pixels, shape.Window, Math.Max((long)image.Size, (long)shape.OutC * pixels));
        int* offsets = (int*)GemmMemory.Offsets((nint)(together * pixels + shape.Window) * sizeof(int));
        image.PixelOffsets(shape, offsets);
        Repeat(offsets, pixels, together, image.Size);
        image.WindowOffsets(shape, offsets + together * pixels);
        var job = new ForwardJob<T, TEpilogue> { Shape = shape, Image = image, X = x, W = w, Y = y, Pixels = offsets, Window = offsets + together * pixels, Epilogue = epilogue, Together = together };
        RunItems(ref job, (shape.N + together - 1) / together * shape.Groups, shape.ItemWork * together);
    }

    /// <summary>
    /// How many images one product takes. A small plane alone makes a narrow product, which packs all weights for few columns and leaves its last tile half empty; but several need a
    /// copy of the result, which only long windows are worth.
    /// </summary>
    private static int Together(int images, int pixels, int window, long imageSize) =>
        pixels > 512 || window < 64 ? 1 : (int)Math.Clamp(Math.Min(1024 / pixels, (1 << 24) / imageSize), 1, images);

    /// <summary>Offsets of the same pixels in the images that follow the first.</summary>
    private static void Repeat(int* offsets, int pixels, int images, int imageSize)
    {
        for (int i = pixels; i < images * pixels; i++) offsets[i] = offsets[i - pixels] + imageSize;
    }

    /// <summary>These images of a group, padded, one behind the other; in place where they already lie so.</summary>
    private static T* Padded<T>(in PaddedImage image, in Conv2dShape shape, T* x, int n, int images, int group, T* memory) where T : unmanaged, INumber<T>
    {
        nint size = (nint)shape.H * shape.W * shape.C;
        x += n * size + (nint)group * shape.GroupC * shape.H * shape.W;
        if (image.IsTheImage && (images == 1 || shape.Groups == 1)) return x;
        for (int i = 0; i < images; i++) image.Fill(x + i * size, shape.H, shape.W, memory + (nint)i * image.Size);
        return memory;
    }

    /// <summary>Many items are dealt out whole, small ones by the handful; few large ones are cut up by the matrix product.</summary>
    private static void RunItems<TJob>(ref TJob job, int items, long itemWork) where TJob : struct, IJob
    {
        if (items < 2 * Workers.Count && itemWork >= LargeItem)
        {
            for (int i = 0; i < items; i++) job.Run(i);
            return;
        }
        Handfuls.Run(ref job, items, itemWork);
    }

    /// <summary>Some images and one group: weights [channels × window] times windows [window × pixels].</summary>
    private struct ForwardJob<T, TEpilogue> : IJob where T : unmanaged, INumber<T> where TEpilogue : struct, IEpilogue<T>
    {
        public Conv2dShape Shape;
        public PaddedImage Image;
        public T* X, W, Y;
        public int* Pixels, Window;
        public TEpilogue Epilogue;
        public int Together;

        public readonly void Run(int index)
        {
            int n = index / Shape.Groups * Together, images = Math.Min(Together, Shape.N - n), group = index % Shape.Groups;
            int channels = Shape.GroupOutC, window = Shape.Window, pixels = Shape.OutH * Shape.OutW, columns = images * pixels;
            nint image = (nint)Shape.OutC * pixels;
            T* y = Y + n * image + (nint)group * channels * pixels;
            var weights = new StridedPanels<T>(W + (nint)group * channels * window, window, 1);
            var epilogue = new RowsFrom<T, TEpilogue>(Epilogue, group * channels);
            if (Shape.IsPointwise && Together == 1)
            {
                T* x = X + ((nint)n * Shape.C + (nint)group * Shape.GroupC) * pixels;
                Gemm.Multiply(channels, pixels, window, weights, new StridedPanels<T>(x, 1, pixels), y, pixels, false, epilogue);
                return;
            }
            nint paddedSize = (nint)images * Image.Size;
            T* memory = (T*)GemmMemory.Image((paddedSize + (nint)channels * columns) * sizeof(T));
            var windows = new OffsetPanels<T>(Padded(Image, Shape, X, n, images, group, memory), Pixels, Window, false);
            if (Together == 1)
            {
                Gemm.Multiply(channels, pixels, window, weights, windows, y, pixels, false, epilogue);
                return;
            }
            T* product = memory + paddedSize;
            Gemm.Multiply(channels, columns, window, weights, windows, product, columns, false, epilogue);
            for (int channel = 0; channel < channels; channel++)
            {
                for (int i = 0; i < images; i++, product += pixels) new ReadOnlySpan<T>(product, pixels).CopyTo(new Span<T>(y + i * image + channel * pixels, pixels));
            }
        }
    }

    /// <summary>An epilogue for a product whose first row is not row 0 of the whole.</summary>
    private readonly struct RowsFrom<T, TEpilogue>(TEpilogue epilogue, int firstRow) : IEpilogue<T> where T : unmanaged where TEpilogue : struct, IEpilogue<T>
    {
        public static bool IsIdentity => TEpilogue.IsIdentity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V value, int row, int column, int count) where V : unmanaged, ISimdLane<V, T> => epilogue.Apply(value, firstRow + row, column, count);
    }
}
