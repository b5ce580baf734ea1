using System.Numerics;

namespace DeepNotes.Backends.Cpu;

internal static unsafe partial class Convolution
{
    // Partial sums of the weight gradient: at most so many copies of the weights, and so many numbers in all.
    private const int MostPartialSums = 16;
    private const long MostPartialNumbers = 1 << 22;

    // Steps of one product of the weight gradient: images are taken together until they have so many pixels.
    private const int ChunkPixels = 2048;

    /// <summary>The gradient with respect to the input.</summary>
    /// <param name="shape">The sizes of the forward convolution.</param>
    /// <param name="gradient">[N, OutC, OutH, OutW].</param>
    /// <param name="w">[OutC, C/Groups, KH, KW].</param>
    /// <param name="result">[N, C, H, W], written.</param>
    /// <remarks>
    /// Pixels whose coordinates plus padding have the same remainders modulo the strides meet the same weights and read neighbouring gradients:
    /// each of these phases is an ordinary convolution of stride 1.
    /// </remarks>
    public static void InputGradient<T>(in Conv2dShape shape, T* gradient, T* w, T* result) where T : unmanaged, INumber<T>
    {
        if (shape.N == 0 || shape.C == 0) return;
        if (Depthwise.Takes(shape))
        {
            Depthwise.InputGradient(shape, gradient, w, result);
            return;
        }
        if (Winograd.TakesInputGradient<T>(shape))
        {
            Winograd.InputGradient(shape, gradient, w, result);
            return;
        }
        int window = shape.GroupOutC * shape.KH * shape.KW;
        // Gradients are read from row (0 − reach) on, up to the last one that any pixel touches.
        int reachH = ((shape.KH - 1) * shape.DilH + shape.StrideH - 1) / shape.StrideH, reachW = ((shape.KW - 1) * shape.DilW + shape.StrideW - 1) / shape.StrideW;
        var image = new PaddedImage(shape.GroupOutC, reachH + (shape.H - 1 + shape.PadH) / shape.StrideH + 1, reachW + (shape.W - 1 + shape.PadW) / shape.StrideW + 1, reachH, reachW);
        int phases = shape.StrideH * shape.StrideW, pixels = shape.H * shape.W, together = Together(shape.N, pixels, window, Math.Max((long)image.Size, (long)shape.C * pixels));

        // Per phase: the weights that it meets as [group][channel][window], window offsets and pixel offsets.
        T* weights = (T*)GemmMemory.Weights((nint)shape.C * window * sizeof(T));
        int* offsets = (int*)GemmMemory.Offsets((nint)(window + together * pixels) * sizeof(int));
        var job = new InputGradientJob<T> { Shape = shape, Image = image, Gradient = gradient, Weights = weights, Result = result, Window = offsets, Pixels = offsets + window, Together = together };
        for (int phase = 0; phase < phases; phase++)
        {
            if (!job.Prepare(phase / shape.StrideW, phase % shape.StrideW, w)) continue;
            RunItems(ref job, (shape.N + together - 1) / together * shape.Groups, shape.ItemWork * together / phases);
        }
    }

    private struct InputGradientJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public Conv2dShape Shape;
        public PaddedImage Image;
        public T* Gradient, Weights, Result;
        public int* Window, Pixels;
        public int Together;
        private int windowLength, firstRow, firstColumn, rows, columns;

        /// <summary>Collects what the pixels with these remainders need; false when there are none of them.</summary>
        public bool Prepare(int remainderH, int remainderW, T* w)
        {
            firstRow = FirstWith(remainderH, Shape.PadH, Shape.StrideH);
            firstColumn = FirstWith(remainderW, Shape.PadW, Shape.StrideW);
            rows = firstRow >= Shape.H ? 0 : (Shape.H - 1 - firstRow) / Shape.StrideH + 1;
            columns = firstColumn >= Shape.W ? 0 : (Shape.W - 1 - firstColumn) / Shape.StrideW + 1;
            if (rows == 0 || columns == 0) return false;

            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++) Pixels[row * columns + column] = row * Image.Row + column;
            }
            Repeat(Pixels, rows * columns, Together, Image.Size);
            windowLength = 0;
            for (int channel = 0; channel < Shape.GroupOutC; channel++)
            {
                for (int i = 0; i < Shape.KH; i++)
                {
                    if (i * Shape.DilH % Shape.StrideH != remainderH) continue;
                    for (int j = 0; j < Shape.KW; j++)
                    {
                        if (j * Shape.DilW % Shape.StrideW != remainderW) continue;
                        // The border makes both rows and columns of the first pixel non-negative.
                        int row = Image.FirstRow + (firstRow + Shape.PadH - i * Shape.DilH) / Shape.StrideH, column = Image.FirstColumn + (firstColumn + Shape.PadW - j * Shape.DilW) / Shape.StrideW;
                        Window[windowLength++] = channel * Image.Channel + row * Image.Row + column;
                    }
                }
            }
            for (int group = 0; group < Shape.Groups; group++)
            {
                // Some channels at a time: their lines of the result are written side by side.
                for (int from = 0; from < Shape.GroupC; from += 16) CollectWeights(group, from, Math.Min(16, Shape.GroupC - from), remainderH, remainderW, w);
            }
            return true;
        }

        private readonly void CollectWeights(int group, int from, int count, int remainderH, int remainderW, T* w)
        {
            int kernel = Shape.KH * Shape.KW;
            for (int channel = 0, at = 0; channel < Shape.GroupOutC; channel++)
            {
                T* source = w + ((nint)(group * Shape.GroupOutC + channel) * Shape.GroupC + from) * kernel;
                for (int i = 0; i < Shape.KH; i++)
                {
                    if (i * Shape.DilH % Shape.StrideH != remainderH) continue;
                    for (int j = 0; j < Shape.KW; j++)
                    {
                        if (j * Shape.DilW % Shape.StrideW != remainderW) continue;
                        T* to = Weights + (nint)(group * Shape.GroupC + from) * windowLength + at++;
                        T* element = source + i * Shape.KW + j;
                        for (int input = 0; input < count; input++) to[(nint)input * windowLength] = element[input * kernel];
                    }
                }
            }
        }

        private static int FirstWith(int remainder, int padding, int stride) => ((remainder - padding) % stride + stride) % stride;

        public readonly void Run(int index)
        {
            int n = index / Shape.Groups * Together, images = Math.Min(Together, Shape.N - n), group = index % Shape.Groups;
            int pixels = rows * columns, outPixels = Shape.OutH * Shape.OutW, channels = Shape.GroupC;
            T* gradient = Gradient + ((nint)n * Shape.OutC + group * Shape.GroupOutC) * outPixels;
            T* result = Result + ((nint)n * Shape.C + group * channels) * Shape.H * Shape.W;
            var weights = new StridedPanels<T>(Weights + (nint)group * channels * windowLength, windowLength, 1);
            if (Shape.IsPointwise && Together == 1)
            {
                Gemm.Multiply(channels, pixels, windowLength, weights, new StridedPanels<T>(gradient, 1, pixels), result, pixels, false, new NoEpilogue<T>());
                return;
            }
            bool inPlace = pixels == Shape.H * Shape.W && Together == 1;
            nint paddedSize = (nint)images * Image.Size;
            T* padded = (T*)GemmMemory.Image((paddedSize + (inPlace ? 0 : (nint)channels * images * pixels)) * sizeof(T));
            T* product = inPlace ? result : padded + paddedSize;
            for (int i = 0; i < images; i++) Image.Fill(gradient + (nint)i * Shape.OutC * outPixels, Shape.OutH, Shape.OutW, padded + (nint)i * Image.Size);
            Gemm.Multiply(
                channels, images * pixels, windowLength, weights, new OffsetPanels<T>(padded, Pixels, Window, false), product, images * pixels, false, new NoEpilogue<T>());
            if (!inPlace) Spread(product, images, result);
        }

        /// <summary>Puts the pixels of this phase where they belong.</summary>
        private readonly void Spread(T* product, int images, T* result)
        {
            for (int channel = 0; channel < Shape.GroupC; channel++)
            {
                for (int i = 0; i < images; i++)
                {
                    T* plane = result + ((nint)i * Shape.C + channel) * Shape.H * Shape.W;
                    for (int row = 0; row < rows; row++, product += columns)
                    {
                        T* to = plane + (nint)(firstRow + row * Shape.StrideH) * Shape.W + firstColumn;
                        if (Shape.StrideW == 1) new ReadOnlySpan<T>(product, columns).CopyTo(new Span<T>(to, columns));
                        else for (int column = 0; column < columns; column++) to[(nint)column * Shape.StrideW] = product[column];
                    }
                }
            }
        }
    }

    /// <summary>The gradient with respect to the weights.</summary>
    /// <param name="shape">The sizes of the forward convolution.</param>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="gradient">[N, OutC, OutH, OutW].</param>
    /// <param name="result">[OutC, C/Groups, KH, KW], written.</param>
    /// <remarks>
    /// The batch is cut into parts, as many as the shape allows and never as many as there are threads; each part has its own sum, and the sums are
    /// added in order.
    /// </remarks>
    public static void WeightGradient<T>(in Conv2dShape shape, T* x, T* gradient, T* result) where T : unmanaged, INumber<T>
    {
        nint count = (nint)shape.OutC * shape.Window;
        if (count == 0) return;
        if (shape.N == 0)
        {
            new Span<T>(result, checked((int)count)).Clear();
            return;
        }
        if (Depthwise.Takes(shape))
        {
            Depthwise.WeightGradient(shape, x, gradient, result);
            return;
        }
        if (Winograd.TakesWeightGradient<T>(shape))
        {
            Winograd.WeightGradient(shape, x, gradient, result);
            return;
        }
        var image = new PaddedImage(shape);
        int pixels = shape.OutH * shape.OutW;
        int chunk = Math.Clamp(ChunkPixels / pixels, 1, shape.N);
        // Offsets reach over all images of a chunk.
        while (chunk > 1 && Math.Max((long)chunk * image.Size, (long)chunk * shape.OutC * pixels) > 1 << 24) chunk = (chunk + 1) / 2;
        int chunks = (shape.N + chunk - 1) / chunk, parts = (int)Math.Clamp(MostPartialNumbers / count, 1, Math.Min(chunks, MostPartialSums));

        int* offsets = (int*)GemmMemory.Offsets(((nint)2 * chunk * pixels + shape.Window + shape.GroupOutC) * sizeof(int));
        var job = new WeightGradientJob<T>
        {
            Shape = shape, Image = image, X = x, Gradient = gradient, Chunk = chunk, Chunks = chunks, Parts = parts,
            ImagePixels = offsets, GradientPixels = offsets + chunk * pixels, Window = offsets + 2 * chunk * pixels, GradientChannels = offsets + 2 * chunk * pixels + shape.Window,
            Sums = parts == 1 ? result : (T*)GemmMemory.Weights(parts * count * sizeof(T)),
        };
        image.PixelOffsets(shape, job.ImagePixels);
        image.WindowOffsets(shape, job.Window);
        for (int channel = 0; channel < shape.GroupOutC; channel++) job.GradientChannels[channel] = channel * pixels;
        for (int pixel = 0; pixel < pixels; pixel++) job.GradientPixels[pixel] = pixel;
        Repeat(job.ImagePixels, pixels, chunk, image.Size);
        Repeat(job.GradientPixels, pixels, chunk, shape.OutC * pixels);

        int items = parts * shape.Groups;
        RunItems(ref job, items, shape.ItemWork * shape.N / parts);
        if (parts > 1) AddParts(job.Sums, parts, count, result);
    }

    private static void AddParts<T>(T* sums, int parts, nint count, T* result) where T : unmanaged, INumber<T>
    {
        for (nint from = 0; from < count; from += 4096)
        {
            int some = (int)Math.Min(4096, count - from);
            var target = new Span<T>(result + from, some);
            new ReadOnlySpan<T>(sums + from, some).CopyTo(target);
            for (int part = 1; part < parts; part++) System.Numerics.Tensors.TensorPrimitives.Add(target, new ReadOnlySpan<T>(sums + part * count + from, some), target);
        }
    }

    /// <summary>One part of the batch and one group: gradients [channels × pixels] times windows [pixels × window], summed over its images.</summary>
    private struct WeightGradientJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public Conv2dShape Shape;
        public PaddedImage Image;
        public T* X, Gradient, Sums;
        public int* ImagePixels, GradientPixels, Window, GradientChannels;
        public int Chunk, Chunks, Parts;

        public readonly void Run(int index)
        {
            int part = index / Shape.Groups, group = index % Shape.Groups, pixels = Shape.OutH * Shape.OutW, window = Shape.Window;
            T* sum = Sums + ((nint)part * Shape.OutC + group * Shape.GroupOutC) * window;
            int first = (int)((long)Chunks * part / Parts), end = (int)((long)Chunks * (part + 1) / Parts);
            for (int chunk = first; chunk < end; chunk++)
            {
                int n = chunk * Chunk, images = Math.Min(Chunk, Shape.N - n);
                T* gradient = Gradient + ((nint)n * Shape.OutC + group * Shape.GroupOutC) * pixels;
                T* x = Padded(Image, Shape, X, n, images, group, (T*)GemmMemory.Image((nint)images * Image.Size * sizeof(T)));
                Gemm.Multiply(
                    Shape.GroupOutC, window, images * pixels, new OffsetPanels<T>(gradient, GradientChannels, GradientPixels, true), new OffsetPanels<T>(x, Window, ImagePixels, true),
                    sum, window, chunk > first, new NoEpilogue<T>());
            }
        }
    }
}
