using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// The gradient with respect to the weights: the transformed weights' gradient is 16 matrix products [channels out × tiles] · [tiles × channels in] of
/// transformed gradients with transformed patches. Channels lie in lanes here.
/// </summary>
internal static unsafe partial class Winograd
{
    // Transformed gradients and patches of so many bytes are made at a time, by all threads, and then multiplied.
    private const int ChunkBytes = 8 << 20;

    // Where the sums are small, a thread makes and multiplies the tiles of a group by itself, in its own cache: half of what all make together would come from
    // another core's. The groups' sums are added in the end, so that their number must not depend on that of the threads.
    private const int Groups = 8;

    /// <summary>Whether the gradient with respect to the weights is computed here.</summary>
    public static bool TakesWeightGradient<T>(in Conv2dShape shape) => Fits<T>(shape) && Tiles(shape.N, shape.OutH, shape.OutW) >= FewestTiles;

    /// <summary>See <see cref="Convolution.WeightGradient"/>.</summary>
    public static void WeightGradient<T>(in Conv2dShape s, T* x, T* gradient, T* result) where T : unmanaged
    {
        var sizes = new Sizes(s.N, s.C, s.H, s.W, s.PadH, s.PadW, s.OutC, s.OutH, s.OutW);
        if (Vector512.IsHardwareAccelerated) WeightGradient<T, Simd512<T>>(sizes, x, gradient, result);
        else WeightGradient<T, Simd256<T>>(sizes, x, gradient, result);
    }

    private static void WeightGradient<T, V>(in Sizes sizes, T* x, T* gradient, T* result) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        int rows = GemmKernel.Rows<V, T>(), columns = 2 * V.Count, rowPanels = (sizes.OutC + rows - 1) / rows, columnPanels = (sizes.C + columns - 1) / columns;
        // Whole rows of tiles, in chunks of about the same size.
        int strips = sizes.N * sizes.TilesH;
        long stripBytes = (long)Products * sizes.TilesW * (rowPanels * rows + columnPanels * columns) * sizeof(T);
        nint sum = Apart<T>((nint)rowPanels * rows * columnPanels * columns);
        bool isGrouped = strips >= 2 * Groups && stripBytes <= GemmMemory.SecondLevelCache / 2 && Products * sum * sizeof(T) <= GemmMemory.SecondLevelCache / 2;
        int groups = isGrouped ? Groups : 1, group = (strips + groups - 1) / groups;
        long room = isGrouped ? GemmMemory.SecondLevelCache / 2 : ChunkBytes;
        int chunks = (int)Math.Min(group, (group * stripBytes + room - 1) / room), chunk = (group + chunks - 1) / chunks, tiles = chunk * sizes.TilesW;

        var job = new WeightGradientJob<T, V>
        {
            Sizes = sizes, X = x, Gradient = gradient, Result = result, Chunk = chunk, GroupStrips = group, RowPanels = rowPanels, ColumnPanels = columnPanels,
            RowPanel = (nint)tiles * rows + V.Count, ColumnPanel = (nint)tiles * columns, Sum = sum, Parts = Math.Clamp(Workers.Count / 4, 1, rowPanels),
        };
        job.GradientProduct = Apart<T>(rowPanels * job.RowPanel);
        job.PatchProduct = Apart<T>(columnPanels * job.ColumnPanel);
        using var scratch = new Scratch(Products * (groups * job.Sum + (isGrouped ? 0 : job.GradientProduct + job.PatchProduct)) * sizeof(T));
        job.Sums = (T*)scratch.Pointer;
        if (isGrouped)
        {
            job.Run(Phase.Group, groups);
            job.Run(Phase.Add, Products);
        }
        else
        {
            job.Patches = job.Sums + Products * job.Sum;
            job.Gradients = job.Patches + Products * job.PatchProduct;
            for (int first = 0; first < strips; first += chunk)
            {
                job.First = first;
                job.Strips = Math.Min(chunk, strips - first);
                job.Adds = first > 0;
                job.Run(Phase.Transform, job.Strips);
                job.Run(Phase.Multiply, Products * job.Parts);
            }
        }
        job.Run(Phase.Return, sizes.OutC);
    }

    /// <summary>A distance between products that puts the same place of all 16 into different sets of a first-level cache, which repeat every 4096 bytes.</summary>
    private static nint Apart<T>(nint count) where T : unmanaged => ((count * sizeof(T) - 256 + 4095) / 4096 * 4096 + 256) / sizeof(T);

    private enum Phase
    {
        Transform,
        Multiply,
        Group,
        Add,
        Return,
    }

    private struct WeightGradientJob<T, V> : IJob where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        public Sizes Sizes;
        public T* X, Gradient, Result;

        /// <summary>[product][panel][tile][channel]: of the gradients with as many channels as a tile of the kernel has rows, of the patches with as many as it has columns.</summary>
        public T* Gradients, Patches;

        /// <summary>[group][product][channel out][channel in]</summary>
        public T* Sums;

        public nint RowPanel, ColumnPanel, GradientProduct, PatchProduct, Sum;
        public int Chunk, GroupStrips, RowPanels, ColumnPanels, Parts, First, Strips;
        public bool Adds;
        private Phase phase;

        public void Run(Phase phase, int pieces)
        {
            this.phase = phase;
            Workers.Run(ref this, pieces);
        }

        public readonly void Run(int index)
        {
            if (phase == Phase.Transform) TransformStrip(index);
            else if (phase == Phase.Multiply) Multiply(index / Parts, index % Parts, Parts);
            else if (phase == Phase.Group) RunGroup(index);
            else if (phase == Phase.Add) AddGroups(index);
            else Return(index);
        }

        /// <summary>Both steps for neighbouring strips, chunk by chunk, with sums of their own.</summary>
        private readonly void RunGroup(int group)
        {
            var own = this;
            own.Patches = (T*)GemmMemory.Columns(Products * (PatchProduct + GradientProduct) * sizeof(T));
            own.Gradients = own.Patches + Products * PatchProduct;
            own.Sums = Sums + group * Products * Sum;
            int end = Math.Min(Sizes.N * Sizes.TilesH, (group + 1) * GroupStrips);
            own.Adds = false;
            for (own.First = group * GroupStrips; own.First < end; own.First += Chunk)
            {
                own.Strips = Math.Min(Chunk, end - own.First);
                for (int i = 0; i < own.Strips; i++) own.TransformStrip(i);
                for (int i = 0; i < Products; i++) own.Multiply(i, 0, 1);
                own.Adds = true;
            }
            // A last group without strips.
            if (!own.Adds) new Span<T>(own.Sums, checked((int)(Products * Sum))).Clear();
        }

        /// <summary>Adds the groups' sums of one product to the first's.</summary>
        private readonly void AddGroups(int product)
        {
            T* to = Sums + product * Sum;
            nint count = (nint)Sizes.OutC * SumRow;
            for (int group = 1; group < Groups; group++)
            {
                T* from = to + group * Products * Sum;
                for (nint i = 0; i < count; i += V.Count) V.Store(V.Load(to + i) + V.Load(from + i), to + i);
            }
        }

        private readonly int SumRow => ColumnPanels * 2 * V.Count;

        /// <summary>One row of tiles of one image, all channels.</summary>
        private readonly void TransformStrip(int strip)
        {
            int image = (First + strip) / Sizes.TilesH, row = (First + strip) % Sizes.TilesH, tile = strip * Sizes.TilesW, lane = V.Count, rows = GemmKernel.Rows<V, T>();
            int columns = 2 * Sizes.TilesW + 2, pixels = Sizes.H * Sizes.W, outPixels = Sizes.OutH * Sizes.OutW;
            T* lines = (T*)GemmMemory.Image(4 * (nint)columns * lane * sizeof(T));
            T* x = X + (nint)image * Sizes.C * pixels;
            for (int channel = 0; channel < Sizes.C; channel += lane)
            {
                int panel = channel / (2 * lane);
                Turn<T, V>(x + (nint)channel * pixels, pixels, Math.Min(lane, Sizes.C - channel), Sizes.H, Sizes.W, 2 * row - Sizes.PadH, 4, -Sizes.PadW, columns, lines);
                TurnedPatches<T, V>(lines, columns, Sizes.TilesW, Patches + panel * ColumnPanel + (nint)tile * 2 * lane + channel % (2 * lane), PatchProduct);
            }
            T* gradient = Gradient + (nint)image * Sizes.OutC * outPixels;
            for (int panel = 0; panel < RowPanels; panel++)
            {
                int channel = panel * rows, count = Math.Min(rows, Sizes.OutC - channel), height = GemmKernel.Height(count);
                Turn<T, V>(gradient + (nint)channel * outPixels, outPixels, count, Sizes.OutH, Sizes.OutW, 2 * row, 2, 0, columns - 2, lines);
                TurnedGradients<T, V>(lines, (columns - 2) * lane, Sizes.TilesW, Gradients + panel * RowPanel + (nint)tile * height, height, GradientProduct);
            }
        }

        /// <summary>One of the products, some of its rows.</summary>
        private readonly void Multiply(int product, int part, int parts)
        {
            int rows = GemmKernel.Rows<V, T>(), columns = 2 * V.Count, tiles = Strips * Sizes.TilesW, sums = (tiles + LongestSum - 1) / LongestSum, steps = (tiles + sums - 1) / sums;
            T* gradients = Gradients + product * GradientProduct, patches = Patches + product * PatchProduct, to = Sums + product * Sum;
            for (int from = 0; from < tiles; from += steps)
            {
                int some = Math.Min(steps, tiles - from);
                for (int i = RowPanels * part / parts; i < RowPanels * (part + 1) / parts; i++)
                {
                    int height = GemmKernel.Height(Math.Min(rows, Sizes.OutC - i * rows));
                    T* a = gradients + i * RowPanel + (nint)from * height;
                    for (int j = 0; j < ColumnPanels; j++)
                    {
                        GemmKernel.Tile<V, T>(
                            height, Sizes.C - j * columns > V.Count, some, a, height, patches + j * ColumnPanel + (nint)from * columns, columns, to + (nint)i * rows * SumRow + j * columns, SumRow,
                            Adds || from > 0);
                    }
                }
            }
        }

        /// <summary>Gᵀ s G for one output channel.</summary>
        private readonly void Return(int channel)
        {
            int lane = V.Count;
            T* weights = stackalloc T[9 * lane];
            for (int input = 0; input < Sizes.C; input += lane)
            {
                ReturnWeights<T, V>(Sums + (nint)channel * SumRow + input, Sum, weights);
                PanelPacking.Transpose(Result + ((nint)channel * Sizes.C + input) * 9, 9, weights, lane, 9, Math.Min(lane, Sizes.C - input));
            }
        }
    }

    /// <summary>Some rows and columns of some channels, with zeros outside of the image, as [row][column][channel].</summary>
    private static void Turn<T, V>(T* image, int pixels, int channels, int height, int width, int top, int rows, int left, int columns, T* lines) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        int lane = V.Count, first = -left, count = Math.Min(width, columns - first);
        for (int i = 0; i < rows; i++, lines += columns * lane)
        {
            int y = top + i;
            if (y < 0 || y >= height)
            {
                new Span<T>(lines, columns * lane).Clear();
                continue;
            }
            new Span<T>(lines, first * lane).Clear();
            PanelPacking.Transpose(lines + first * lane, lane, image + (nint)y * width, pixels, channels, count);
            new Span<T>(lines + (first + count) * lane, (columns - first - count) * lane).Clear();
        }
    }

    /// <summary>Bᵀ d B for the patches of one row of tiles.</summary>
    [MethodImpl(Compile.Alone)]
    private static void TurnedPatches<T, V>(T* lines, int columns, int tiles, T* result, nint product) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        int lane = V.Count;
        nint row = (nint)columns * lane;
        for (int t = 0; t < tiles; t++, lines += 2 * lane, result += 2 * lane)
        {
            Column<T, V>(lines, lines + 2 * lane, 2 * row, row, false, result, product);
            Column<T, V>(lines + lane, lines + 2 * lane, 2 * row, row, true, result + product, product);
            Column<T, V>(lines + 2 * lane, lines + lane, 2 * row, row, false, result + 2 * product, product);
            Column<T, V>(lines + lane, lines + 3 * lane, 2 * row, row, false, result + 3 * product, product);
        }
    }

    /// <summary>A g Aᵀ for the gradients of one row of tiles. Each store writes over the beginning of the next; what follows the last may belong to another thread.</summary>
    [MethodImpl(Compile.Alone)]
    private static void TurnedGradients<T, V>(T* lines, nint row, int tiles, T* result, int step, nint product) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        int lane = V.Count;
        T* last = stackalloc T[Products * lane];
        for (int t = 0; t < tiles; t++, lines += 2 * lane, result += step)
        {
            if ((tiles - t) * step >= lane)
            {
                TurnedGradient<T, V>(lines, row, result, product);
                continue;
            }
            TurnedGradient<T, V>(lines, row, last, lane);
            for (int i = 0; i < Products; i++) new ReadOnlySpan<T>(last + i * lane, step).CopyTo(new Span<T>(result + i * product, step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnedGradient<T, V>(T* lines, nint row, T* result, nint product) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        V a = V.Load(lines), b = V.Load(lines + V.Count), c = V.Load(lines + row), d = V.Load(lines + row + V.Count);
        Spread<T, V>(a, b, result, product);
        Spread<T, V>(a + c, b + d, result + 4 * product, product);
        Spread<T, V>(a - c, b - d, result + 8 * product, product);
        Spread<T, V>(-c, -d, result + 12 * product, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread<T, V>(V a, V b, T* result, nint product) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        V.Store(a, result);
        V.Store(a + b, result + product);
        V.Store(a - b, result + 2 * product);
        V.Store(-b, result + 3 * product);
    }

    /// <summary>Gᵀ s G for a lane of input channels: nine lanes.</summary>
    [MethodImpl(Compile.Alone)]
    private static void ReturnWeights<T, V>(T* sums, nint product, T* weights) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        V half = V.Const(0.5);
        for (int i = 0; i < 3; i++, weights += 3 * V.Count)
        {
            V a = ReturnRow<T, V>(sums, i, product, half), b = ReturnRow<T, V>(sums + product, i, product, half);
            V c = ReturnRow<T, V>(sums + 2 * product, i, product, half), d = ReturnRow<T, V>(sums + 3 * product, i, product, half);
            V middle = (b + c) * half;
            V.Store(a + middle, weights);
            V.Store((b - c) * half, weights + V.Count);
            V.Store(middle + d, weights + 2 * V.Count);
        }
    }

    /// <summary>Row i of Gᵀ times a column of the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ReturnRow<T, V>(T* sums, int i, nint product, V half) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        V second = V.Load(sums + 4 * product), third = V.Load(sums + 8 * product);
        if (i == 1) return (second - third) * half;
        V middle = (second + third) * half;
        return i == 0 ? V.Load(sums) + middle : middle + V.Load(sums + 12 * product);
    }
}
