using System.Runtime.Intrinsics;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Convolutions with 3×3 windows and stride 1 in fewer multiplications: Winograd's F(2×2, 3×3). Four outputs of a channel, a tile, come from 16 products
/// of a transformed 4×4 patch with transformed weights, where the definition takes 36.
/// </summary>
/// <remarks>
/// The sum over channels is made before the way back, so that the products are 16 matrix products [channels out × channels in] · [channels in × tiles].
/// A block of tiles is small enough for the second-level cache and goes all the way, from image to image, on one thread. The transforms of patches and products add and
/// subtract, those of weights halve as well: the errors are about twice those of the definition. An infinite number in a patch makes its four outputs NaN.
/// </remarks>
internal static unsafe partial class Winograd
{
    private const int Products = 16;

    // A sum over more channels is made of shorter ones: half of the error at 512 channels.
    private const int LongestSum = 128;

    // Fewer channels than this do not pay for the transforms.
    private const int FewestChannels = 32;

    // Fewer tiles do not pay for transforming the weights, or back to them. Where the former are at hand, or the definition would rearrange them as well, fewer will do.
    private const int FewestTiles = 48;
    private const int FewestTilesOtherwise = 16;

    /// <summary>Whether a convolution is computed here.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="isPrepared">The weights have been transformed before.</param>
    public static bool Takes<T>(in Conv2dShape shape, bool isPrepared = false) => Fits<T>(shape) && Tiles(shape.N, shape.OutH, shape.OutW) >= (isPrepared ? FewestTilesOtherwise : FewestTiles);

    /// <summary>Whether the gradient with respect to the input is computed here.</summary>
    public static bool TakesInputGradient<T>(in Conv2dShape shape) => Fits<T>(shape) && Tiles(shape.N, shape.H, shape.W) >= FewestTilesOtherwise;

    private static bool Fits<T>(in Conv2dShape shape) =>
        typeof(T) == typeof(float) && Vector256.IsHardwareAccelerated
        && shape is { KH: 3, KW: 3, StrideH: 1, StrideW: 1, DilH: 1, DilW: 1, Groups: 1, PadH: <= 2, PadW: <= 2, C: >= FewestChannels, OutC: >= FewestChannels, OutH: >= 4, OutW: >= 4 }
        && (long)shape.N * shape.H * shape.W < 1 << 30;

    private static long Tiles(int images, int height, int width) => (long)images * ((height + 1) / 2) * ((width + 1) / 2);

    /// <summary>y = epilogue(x ⋆ w); see <see cref="Convolution.Forward{T,TEpilogue}"/>. Prepared weights are what <see cref="Prepare{T}"/> leaves, or null.</summary>
    public static void Forward<T, TEpilogue>(in Conv2dShape s, T* x, T* w, T* y, TEpilogue epilogue, T* prepared) where T : unmanaged where TEpilogue : struct, IEpilogue<T> =>
        Run(new Sizes(s.N, s.C, s.H, s.W, s.PadH, s.PadW, s.OutC, s.OutH, s.OutW), x, w, false, y, epilogue, prepared);

    /// <summary>The gradient with respect to the input: the gradient convolved with the weights turned around.</summary>
    public static void InputGradient<T>(in Conv2dShape s, T* gradient, T* w, T* result) where T : unmanaged =>
        Run(new Sizes(s.N, s.OutC, s.OutH, s.OutW, 2 - s.PadH, 2 - s.PadW, s.C, s.H, s.W), gradient, w, true, result, new NoEpilogue<T>(), null);

    /// <summary>How many panels transformed weights take, and the numbers of one.</summary>
    public static (int Panels, int PanelSize) PreparedShape<T>(int outChannels, int channels) where T : unmanaged => Vector512.IsHardwareAccelerated
        ? (Panels<T, Simd512<T>>(outChannels), checked((int)PanelSize<T, Simd512<T>>(channels)))
        : (Panels<T, Simd256<T>>(outChannels), checked((int)PanelSize<T, Simd256<T>>(channels)));

    /// <summary>Transforms weights [outChannels, channels, 3, 3], for many convolutions.</summary>
    public static void Prepare<T>(T* w, int outChannels, int channels, T* result) where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) Prepare<T, Simd512<T>>(w, false, outChannels, channels, result);
        else Prepare<T, Simd256<T>>(w, false, outChannels, channels, result);
    }

    private static void Prepare<T, V>(T* w, bool turned, int outChannels, int channels, T* result) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        var weights = new WeightsJob<T, V> { Weights = w, Turned = turned, C = channels, OutC = outChannels, Result = result };
        Workers.Run(ref weights, Panels<T, V>(outChannels));
    }

    private static void Run<T, TEpilogue>(in Sizes sizes, T* x, T* w, bool turned, T* y, in TEpilogue epilogue, T* prepared) where T : unmanaged where TEpilogue : struct, IEpilogue<T>
    {
        if (prepared != null)
        {
            RunBlocks(sizes, x, prepared, y, epilogue);
            return;
        }
        var (panels, panelSize) = PreparedShape<T>(sizes.OutC, sizes.C);
        using var scratch = new Scratch((long)panels * panelSize * sizeof(T));
        T* weights = (T*)scratch.Pointer;
        if (Vector512.IsHardwareAccelerated) Prepare<T, Simd512<T>>(w, turned, sizes.OutC, sizes.C, weights);
        else Prepare<T, Simd256<T>>(w, turned, sizes.OutC, sizes.C, weights);
        RunBlocks(sizes, x, weights, y, epilogue);
    }

    private static void RunBlocks<T, TEpilogue>(in Sizes sizes, T* x, T* weights, T* y, in TEpilogue epilogue) where T : unmanaged where TEpilogue : struct, IEpilogue<T>
    {
        if (Vector512.IsHardwareAccelerated) RunBlocks<T, Simd512<T>, TEpilogue>(sizes, x, weights, y, epilogue);
        else RunBlocks<T, Simd256<T>, TEpilogue>(sizes, x, weights, y, epilogue);
    }

    private static void RunBlocks<T, V, TEpilogue>(in Sizes sizes, T* x, T* weights, T* y, in TEpilogue epilogue)
        where T : unmanaged where V : unmanaged, ISimdLane<V, T> where TEpilogue : struct, IEpilogue<T>
    {
        int panels = Panels<T, V>(sizes.OutC), block = BlockTiles(sizes, 2 * V.Count, sizeof(T)), blocks = (sizes.Tiles + block - 1) / block;
        // Few blocks are divided by channels as well, although each part transforms the same patches again.
        int parts = blocks >= 2 * Workers.Count || Workers.Count == 1 ? 1 : Math.Min(panels, (2 * Workers.Count + blocks - 1) / blocks);
        var job = new BlockJob<T, V, TEpilogue> { Sizes = sizes, X = x, Y = y, Weights = weights, Block = block, Panels = panels, Parts = parts, Epilogue = epilogue };
        Workers.Run(ref job, blocks * parts);
    }

    private static int Panels<T, V>(int outChannels) where T : unmanaged where V : unmanaged, ISimdLane<V, T> => (outChannels + GemmKernel.Rows<V, T>() - 1) / GemmKernel.Rows<V, T>();

    /// <summary>Tiles of a block: their transformed patches take a quarter of the second-level cache, where the products and the weights in use lie beside them.</summary>
    private static int BlockTiles(in Sizes sizes, int panel, int size)
    {
        int room = (int)Math.Clamp((long)GemmMemory.SecondLevelCache / 4 / ((long)sizes.C * Products * size), panel, 256) / panel * panel;
        if (Workers.Count == 1) return room;
        int share = (sizes.Tiles + 4 * Workers.Count - 1) / (4 * Workers.Count);
        return Math.Min(room, (share + panel - 1) / panel * panel);
    }

    /// <summary>Numbers that the transformed weights of one tile's rows take: product by product, each with room for the surplus of its last store.</summary>
    private static nint PanelSize<T, V>(int channels) where T : unmanaged where V : unmanaged, ISimdLane<V, T> => Products * ProductSize<T, V>(channels);

    private static nint ProductSize<T, V>(int channels) where T : unmanaged where V : unmanaged, ISimdLane<V, T> => (nint)GemmKernel.Rows<V, T>() * channels + V.Count;

    /// <summary>Images in and images out; a tile is two rows by two columns of the latter.</summary>
    private readonly record struct Sizes(int N, int C, int H, int W, int PadH, int PadW, int OutC, int OutH, int OutW)
    {
        public int TilesH => (OutH + 1) / 2;

        public int TilesW => (OutW + 1) / 2;

        public int Tiles => N * TilesH * TilesW;
    }

    /// <summary>The weights of as many output channels as a tile of the kernel has rows, transformed and packed: [product][channel][row].</summary>
    private struct WeightsJob<T, V> : IJob where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        public T* Weights, Result;
        public bool Turned;
        public int C, OutC;

        public readonly void Run(int panel)
        {
            const int Together = 8;
            int rows = GemmKernel.Rows<V, T>(), first = panel * rows, count = Math.Min(rows, OutC - first), height = GemmKernel.Height(count), lane = V.Count;
            nint product = ProductSize<T, V>(C);
            T* result = Result + panel * PanelSize<T, V>(C), lines = stackalloc T[(Together * 9 + 1) * lane];
            for (int channel = 0; channel < C; channel += Together)
            {
                int some = Math.Min(Together, C - channel);
                if (!Turned) PanelPacking.Transpose(lines, lane, Weights + ((nint)first * C + channel) * 9, (nint)C * 9, count, some * 9);
                else
                {
                    for (int i = 0; i < some; i++) PanelPacking.Transpose(lines + i * 9 * lane, lane, Weights + ((nint)(channel + i) * OutC + first) * 9, 9, count, 9);
                }
                TransformWeights<T, V>(lines, some, Turned, result + (nint)channel * height, height, product);
            }
        }
    }

    /// <summary>A block of tiles and a part of the output channels.</summary>
    private struct BlockJob<T, V, TEpilogue> : IJob where T : unmanaged where V : unmanaged, ISimdLane<V, T> where TEpilogue : struct, IEpilogue<T>
    {
        public Sizes Sizes;
        public T* X, Y, Weights;
        public int Block, Panels, Parts;
        public TEpilogue Epilogue;

        public readonly void Run(int index)
        {
            int first = index / Parts * Block, count = Math.Min(Block, Sizes.Tiles - first), part = index % Parts;
            Segment* segments = stackalloc Segment[count];
            int segmentCount = Cut(first, count, segments);

            nint product = (nint)Sizes.C * Block + V.Count;
            T* patches = (T*)GemmMemory.Columns(Products * product * sizeof(T));
            T* planes = (T*)GemmMemory.Image(PlanesSize(segments, segmentCount, V.Count) * sizeof(T));
            T* end = X + (nint)Sizes.N * Sizes.C * Sizes.H * Sizes.W;
            for (int channel = 0; channel < Sizes.C; channel++)
            {
                T* image = X + (nint)channel * Sizes.H * Sizes.W, to = patches + (nint)channel * Block;
                // In ascending order: what a segment writes beyond its end is written over by the next one, or by the next channel.
                for (int i = 0; i < segmentCount; i++) TransformPatches<T, V>(Sizes, segments + i, image + (nint)segments[i].Image * Sizes.C * Sizes.H * Sizes.W, end, planes, to, product);
            }

            int rows = GemmKernel.Rows<V, T>();
            nint size = Products * (nint)rows * Block;
            T* products = (T*)GemmMemory.Rows((size + 4 * (Block + V.Count)) * sizeof(T));
            for (int panel = Panels * part / Parts; panel < Panels * (part + 1) / Parts; panel++)
            {
                int channel = panel * rows, channels = Math.Min(rows, Sizes.OutC - channel), height = GemmKernel.Height(channels);
                Multiply(Weights + panel * PanelSize<T, V>(Sizes.C), height, patches, product, count, products);
                for (int i = 0; i < channels; i++)
                {
                    T* results = products + size;
                    TransformProducts<T, V>(products + i * Block, height * Block, count, results, Block + V.Count);
                    for (int j = 0; j < segmentCount; j++) Put<T, V, TEpilogue>(Sizes, segments + j, results, Block + V.Count, Y, channel + i, Epilogue);
                }
            }
        }

        private readonly void Multiply(T* weights, int height, T* patches, nint product, int count, T* results)
        {
            int panel = 2 * V.Count, sums = (Sizes.C + LongestSum - 1) / LongestSum, steps = (Sizes.C + sums - 1) / sums;
            for (int i = 0; i < Products; i++, weights += ProductSize<T, V>(Sizes.C), patches += product, results += height * Block)
            {
                for (int from = 0; from < Sizes.C; from += steps)
                {
                    int some = Math.Min(steps, Sizes.C - from);
                    T* rows = weights + (nint)from * height, columns = patches + (nint)from * Block;
                    for (int j = 0; j < count; j += panel) GemmKernel.Tile<V, T>(height, count - j > V.Count, some, rows, height, columns + j, Block, results + j, Block, from > 0);
                }
            }
        }

        /// <summary>Cuts a run of tiles into those of one image each.</summary>
        private readonly int Cut(int first, int count, Segment* segments)
        {
            int perImage = Sizes.TilesH * Sizes.TilesW, made = 0;
            for (int at = 0; at < count; made++)
            {
                int image = (first + at) / perImage, from = (first + at) % perImage, to = Math.Min(perImage, from + count - at);
                var segment = new Segment { Image = image, At = at, FirstRow = from / Sizes.TilesW, LastRow = (to - 1) / Sizes.TilesW, From = from % Sizes.TilesW, To = (to - 1) % Sizes.TilesW + 1 };
                bool isOneRow = segment.FirstRow == segment.LastRow;
                (segment.FirstColumn, segment.EndColumn) = isOneRow ? (segment.From, segment.To) : (0, Sizes.TilesW);
                segments[made] = segment;
                at += to - from;
            }
            return made;
        }

        private static nint PlanesSize(Segment* segments, int count, int lane)
        {
            nint most = 0;
            for (int i = 0; i < count; i++) most = Math.Max(most, 4 * segments[i].PlaneSize(lane));
            return most;
        }
    }

    /// <summary>Neighbouring tiles of one image: from a column of the first row to a column of the last.</summary>
    private struct Segment
    {
        /// <summary>The image, and the first tile's place in the block.</summary>
        public int Image, At;

        /// <summary>Rows of tiles.</summary>
        public int FirstRow, LastRow;

        /// <summary>The first tile in the first row, and the end of those in the last.</summary>
        public int From, To;

        /// <summary>Columns of tiles that are laid out.</summary>
        public int FirstColumn, EndColumn;

        /// <summary>Numbers in a row of a plane: one for each tile and one more.</summary>
        public readonly int Row => EndColumn - FirstColumn + 1;

        public readonly nint PlaneSize(int lane) => (nint)(LastRow - FirstRow + 2) * Row + 2 * lane;
    }
}
