using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Convolutions each of whose outputs sees one channel: too little for a matrix product, whose sums would be as short as a
/// window. Here neighbouring outputs of a row share a register, and a weight meets eight registers at a time.
/// </summary>
/// <remarks>Averages of windows are such convolutions as well.</remarks>
internal static unsafe partial class Depthwise
{
    // Images are read past their end, by less than a register.
    private const int Slack = 64;

    /// <summary>One channel in, and few out of it.</summary>
    public static bool Takes(in Conv2dShape shape) => shape.GroupC == 1 && (shape.Groups > 1 || shape.OutC == 1) && shape.KH * shape.KW > 1;

    /// <summary>y = x ⋆ w + bias; see <see cref="Convolution.Forward{T}(in Conv2dShape, T*, T*, T*, T*, T*)"/>.</summary>
    public static void Forward<T>(in Conv2dShape shape, T* x, T* w, T* bias, T* y) where T : unmanaged, INumber<T>
    {
        if (shape.N == 0 || shape.OutC == 0) return;
        var image = new PaddedImage(shape);
        int* window = (int*)GemmMemory.Offsets(shape.Window * sizeof(int));
        image.WindowOffsets(shape, window);
        var job = new PlaneJob<T>
        {
            Image = image, Window = window, Taps = shape.Window, Source = x, SourceRows = shape.H, SourceColumns = shape.W, RowStep = shape.StrideH, Rows = shape.OutH, Columns = shape.OutW,
            Weights = w, Bias = bias, Results = y, PerGroup = shape.GroupOutC, Groups = shape.Groups, IsThreeByThree = IsThreeByThree(shape) && shape.StrideH == 1 && shape.StrideW == 1,
        };
        Handfuls.Run(ref job, shape.N * shape.Groups, shape.ItemWork);
    }

    /// <summary>The gradient with respect to the input: gradients spread by the strides, and the weights turned around.</summary>
    public static void InputGradient<T>(in Conv2dShape shape, T* gradient, T* w, T* result) where T : unmanaged, INumber<T>
    {
        if (shape.N == 0 || shape.C == 0) return;
        int reachH = (shape.KH - 1) * shape.DilH, reachW = (shape.KW - 1) * shape.DilW, taps = shape.GroupOutC * shape.KH * shape.KW;
        var image = new PaddedImage(shape.GroupOutC, shape.H + reachH, shape.W + reachW, reachH - shape.PadH, reachW - shape.PadW);
        int* window = (int*)GemmMemory.Offsets(taps * sizeof(int));
        for (int channel = 0, at = 0; channel < shape.GroupOutC; channel++)
        {
            for (int i = 0; i < shape.KH; i++)
            {
                for (int j = 0; j < shape.KW; j++) window[at++] = channel * image.Channel + (reachH - i * shape.DilH) * image.Row + reachW - j * shape.DilW;
            }
        }
        var job = new PlaneJob<T>
        {
            Image = image, Window = window, Taps = taps, Source = gradient, SourceRows = shape.OutH, SourceColumns = shape.OutW, SpreadH = shape.StrideH, SpreadW = shape.StrideW,
            RowStep = 1, Rows = shape.H, Columns = shape.W, Weights = w, Results = result, PerGroup = 1, Groups = shape.Groups, IsThreeByThree = IsThreeByThree(shape) && shape.GroupOutC == 1, Turned = true,
        };
        Handfuls.Run(ref job, shape.N * shape.Groups, shape.ItemWork);
    }

    /// <summary>The gradient with respect to the weights; an infinite pixel makes the sums of its channel NaN.</summary>
    public static void WeightGradient<T>(in Conv2dShape shape, T* x, T* gradient, T* result) where T : unmanaged, INumber<T>
    {
        if (shape.OutC == 0) return;
        var image = new PaddedImage(shape);
        int* window = (int*)GemmMemory.Offsets(shape.Window * sizeof(int));
        image.WindowOffsets(shape, window);
        nint count = (nint)shape.OutC * shape.Window;
        new Span<T>(result, checked((int)count)).Clear();
        if (shape.N == 0) return;
        // One sum for each image, in the order in which images lie in memory; then the sums of images, in order.
        T* sums = (T*)GemmMemory.Weights(shape.N * count * sizeof(T));
        int lane = LaneCount<T>();
        var job = new WeightJob<T>
        {
            Shape = shape, Image = image, Window = window, X = x, Gradient = gradient, Sums = sums, IsThreeByThree = IsThreeByThree(shape) && shape.StrideH == 1 && shape.StrideW == 1,
            // Gradients lie in whole registers, with zeros behind each row.
            Rows = new PaddedImage(1, shape.OutH, (shape.OutW + lane - 1) / lane * lane, 0, 0),
        };
        Handfuls.Run(ref job, shape.N * shape.Groups, shape.ItemWork);
        for (int n = 0; n < shape.N; n++)
        {
            for (nint i = 0; i < count; i++) result[i] += *sums++;
        }
    }

    private static bool IsThreeByThree(in Conv2dShape shape) => shape is { KH: 3, KW: 3, DilH: 1, DilW: 1 };

    private static int LaneCount<T>() where T : unmanaged => Gemm.TileColumns<T>() / 2;

    /// <summary>One group of one image: its planes are laid out with their border, then every result plane is computed.</summary>
    private struct PlaneJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public PaddedImage Image;
        public int* Window;
        public int Taps, SourceRows, SourceColumns, SpreadH, SpreadW, RowStep, Rows, Columns, PerGroup, Groups;
        public T* Source, Weights, Bias, Results;

        /// <summary>Windows of nine neighbours, and whether the last weight meets the first of them.</summary>
        public bool IsThreeByThree, Turned;

        public readonly void Run(int index)
        {
            int group = index % Groups;
            T* source = Source + (nint)index * Image.Channels * SourceRows * SourceColumns;
            T* image = (T*)GemmMemory.Image(((nint)Image.Size + Slack) * sizeof(T));
            if (SpreadH * SpreadW > 1) Spread(source, image);
            else Image.Fill(source, SourceRows, SourceColumns, image);
            new Span<T>(image + Image.Size, Slack).Clear();
            for (int k = 0; k < PerGroup; k++)
            {
                int channel = group * PerGroup + k;
                T* plane = Results + ((nint)index * PerGroup + k) * Rows * Columns;
                T* weights = Weights + (nint)channel * Taps;
                T start = Bias == null ? T.Zero : Bias[channel];
                if (IsThreeByThree && Columns >= LaneCount<T>()) Registers.Widest<T, SquareWork<T>>(new(image, Image.Row, Turned ? weights + 8 : weights, Turned ? -1 : 1, start, plane, Rows, Columns));
                else Registers.Widest<T, PlaneWork<T>>(new(image, Image.Row * RowStep, Window, Taps, weights, start, plane, Rows, Columns));
            }
        }

        /// <summary>Gradients with zeros between them, where a stride skipped outputs.</summary>
        private readonly void Spread(T* source, T* image)
        {
            new Span<T>(image, Image.Size).Clear();
            int rows = Image.Channel / Image.Row;
            for (int channel = 0; channel < Image.Channels; channel++, image += Image.Channel)
            {
                for (int i = 0; i < SourceRows; i++, source += SourceColumns)
                {
                    int row = Image.FirstRow + i * SpreadH;
                    if (row < 0 || row >= rows) continue;
                    T* line = image + (nint)row * Image.Row;
                    for (int j = 0; j < SourceColumns; j++)
                    {
                        int column = Image.FirstColumn + j * SpreadW;
                        if (column >= 0 && column < Image.Row) line[column] = source[j];
                    }
                }
            }
        }
    }

    /// <summary>The weights of one group, summed over one image.</summary>
    private struct WeightJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public Conv2dShape Shape;
        public PaddedImage Image, Rows;
        public int* Window;
        public T* X, Gradient, Sums;
        public bool IsThreeByThree;

        public readonly void Run(int index)
        {
            int taps = Shape.Window, channels = Shape.GroupOutC, pixels = Shape.OutH * Shape.OutW;
            nint size = (nint)Image.Size + Slack;
            T* image = (T*)GemmMemory.Image((size + Rows.Size + Slack) * sizeof(T)), rows = image + size, sums = Sums + (nint)index * channels * taps;
            Image.Fill(X + (nint)index * Shape.H * Shape.W, Shape.H, Shape.W, image);
            new Span<T>(image + Image.Size, Slack).Clear();
            new Span<T>(sums, channels * taps).Clear();
            for (int k = 0; k < channels; k++, sums += taps)
            {
                Rows.Fill(Gradient + ((nint)index * channels + k) * pixels, Shape.OutH, Shape.OutW, rows);
                if (IsThreeByThree) Registers.Widest<T, SquareCorrelationWork<T>>(new(image, Image.Row, rows, Shape.OutH, Rows.Row, sums));
                else Registers.Widest<T, CorrelationWork<T>>(new(image, Image.Row * Shape.StrideH, Window, taps, rows, Shape.OutH, Rows.Row, sums));
            }
        }
    }

    /// <summary>result[row, column] = start + Σ weights[t] · image[row·rowStep + column + window[t]], eight registers of results at a time.</summary>
    private readonly struct PlaneWork<TNumber>(TNumber* image, nint rowStep, int* window, int taps, TNumber* weights, TNumber start, TNumber* result, int rows, int columns) : IRegisterWork where TNumber : unmanaged
    {
        public void Run<W, T, TRegisters>() where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T>
        {
            TNumber first = start;
            Plane<W, T, TRegisters>((T*)image, rowStep, window, taps, (T*)weights, *(T*)&first, (T*)result, rows, columns);
        }
    }

    [MethodImpl(Compile.Alone)]
    private static void Plane<W, T, TRegisters>(T* image, nint rowStep, int* window, int taps, T* weights, T start, T* result, int rows, int columns)
        where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T>
    {
        const int Cells = 8;
        int lane = TRegisters.Count, perRow = (columns + lane - 1) / lane, cells = rows * perRow;
        // The last register of a row ends with it, and computes some results again; rows shorter than a register are computed beside their place.
        bool isNarrow = columns < lane;
        T** x = stackalloc T*[Cells], y = stackalloc T*[Cells];
        T* beside = stackalloc T[Cells * 64], source = image, target = result;
        for (int first = 0, part = 0; first < cells; first += Cells)
        {
            T* narrow = target;
            for (int i = 0; i < Cells; i++)
            {
                if (first + i >= cells)
                {
                    x[i] = x[0];
                    y[i] = beside + i * 64;
                    continue;
                }
                int column = isNarrow ? 0 : Math.Min(part * lane, columns - lane);
                x[i] = source + column;
                y[i] = isNarrow ? beside + i * 64 : target + column;
                if (++part < perRow) continue;
                part = 0;
                source += rowStep;
                target += columns;
            }
            T* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5], x6 = x[6], x7 = x[7];
            W s0 = TRegisters.Broadcast(start), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
            for (int t = 0; t < taps; t++)
            {
                W weight = TRegisters.Broadcast(weights[t]);
                nint at = window[t];
                s0 = TRegisters.MultiplyAdd(weight, TRegisters.Load(x0 + at), s0);
                s1 = TRegisters.MultiplyAdd(weight, TRegisters.Load(x1 + at), s1);
                s2 = TRegisters.MultiplyAdd(weight, TRegisters.Load(x2 + at), s2);
                s3 = TRegisters.MultiplyAdd(weight, TRegisters.Load(x3 + at), s3);
                s4 = TRegisters.MultiplyAdd(weight, TRegisters.Load(x4 + at), s4);
                s5 = TRegisters.MultiplyAdd(weight, TRegisters.Load(x5 + at), s5);
                s6 = TRegisters.MultiplyAdd(weight, TRegisters.Load(x6 + at), s6);
                s7 = TRegisters.MultiplyAdd(weight, TRegisters.Load(x7 + at), s7);
            }
            TRegisters.Store(s0, y[0]);
            TRegisters.Store(s1, y[1]);
            TRegisters.Store(s2, y[2]);
            TRegisters.Store(s3, y[3]);
            TRegisters.Store(s4, y[4]);
            TRegisters.Store(s5, y[5]);
            TRegisters.Store(s6, y[6]);
            TRegisters.Store(s7, y[7]);
            if (!isNarrow) continue;
            for (int i = 0; i < Math.Min(Cells, cells - first); i++)
            {
                for (int j = 0; j < columns; j++) narrow[i * columns + j] = beside[i * 64 + j];
            }
        }
    }

    /// <summary>sums[t] += Σ gradient[row, column] · image[row·rowStep + column + window[t]], nine sums at a time.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Correlate<W, T, TSum, TRegisters>(T* image, nint rowStep, int* window, int taps, T* gradient, int rows, int width, TSum* sums)
        where W : unmanaged where T : unmanaged where TSum : unmanaged, INumber<TSum> where TRegisters : struct, IRegisters<W, T>
    {
        int lane = TRegisters.Count;
        TSum* lanes = stackalloc TSum[9 * 64];
        for (int first = 0; first < taps; first += 9)
        {
            // Beyond the last tap it is summed again and dropped.
            int last = taps - 1;
            nint o0 = window[first], o1 = window[Math.Min(first + 1, last)], o2 = window[Math.Min(first + 2, last)], o3 = window[Math.Min(first + 3, last)];
            nint o4 = window[Math.Min(first + 4, last)], o5 = window[Math.Min(first + 5, last)], o6 = window[Math.Min(first + 6, last)], o7 = window[Math.Min(first + 7, last)], o8 = window[Math.Min(first + 8, last)];
            W s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default;
            for (int row = 0; row < rows; row++)
            {
                T* g = gradient + (nint)row * width, x = image + row * rowStep;
                for (int column = 0; column < width; column += lane, g += lane, x += lane)
                {
                    W value = TRegisters.Load(g);
                    s0 = TRegisters.MultiplyAdd(value, TRegisters.Load(x + o0), s0);
                    s1 = TRegisters.MultiplyAdd(value, TRegisters.Load(x + o1), s1);
                    s2 = TRegisters.MultiplyAdd(value, TRegisters.Load(x + o2), s2);
                    s3 = TRegisters.MultiplyAdd(value, TRegisters.Load(x + o3), s3);
                    s4 = TRegisters.MultiplyAdd(value, TRegisters.Load(x + o4), s4);
                    s5 = TRegisters.MultiplyAdd(value, TRegisters.Load(x + o5), s5);
                    s6 = TRegisters.MultiplyAdd(value, TRegisters.Load(x + o6), s6);
                    s7 = TRegisters.MultiplyAdd(value, TRegisters.Load(x + o7), s7);
                    s8 = TRegisters.MultiplyAdd(value, TRegisters.Load(x + o8), s8);
                }
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
            AddLanes(lanes, lane, Math.Min(9, taps - first), sums + first);
        }
    }

    /// <summary>Adds the elements of each of these registers, by halves.</summary>
    private static void AddLanes<TSum>(TSum* lanes, int lane, int count, TSum* sums) where TSum : unmanaged, INumber<TSum>
    {
        for (int t = 0; t < count; t++, lanes += lane)
        {
            for (int half = lane / 2; half > 0; half /= 2)
            {
                for (int j = 0; j < half; j++) lanes[j] += lanes[j + half];
            }
            sums[t] += *lanes;
        }
    }

    private readonly struct CorrelationWork<TNumber>(TNumber* image, nint rowStep, int* window, int taps, TNumber* gradient, int rows, int width, TNumber* sums) : IRegisterWork where TNumber : unmanaged, INumber<TNumber>
    {
        public void Run<W, T, TRegisters>() where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T> =>
            Correlate<W, T, TNumber, TRegisters>((T*)image, rowStep, window, taps, (T*)gradient, rows, width, sums);
    }
}
