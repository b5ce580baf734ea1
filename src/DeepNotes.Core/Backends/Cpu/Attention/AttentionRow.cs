using System.Numerics;
using DeepNotes.Lanes;
using static DeepNotes.Backends.Cpu.RowLoops;

namespace DeepNotes.Backends.Cpu;

/// <summary>Attention of a single query, what a model that writes word by word asks for: two products with a vector, and nothing is packed.</summary>
internal unsafe struct AttentionRow<T, V>(AttentionShape shape, AttentionStarts starts, Pointers p) : IJob
    where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
{
    // In multiply-adds: what is worth handing to another thread.
    private const long PieceWork = 1 << 16;

    private int perPiece;

    public void Run()
    {
        perPiece = (int)Math.Clamp(PieceWork / shape.WorkPerQuery, 1, shape.ItemCount);
        int pieces = (shape.ItemCount + perPiece - 1) / perPiece;
        if (pieces == 1) Run(0);
        else Workers.Run(ref this, pieces);
    }

    public readonly void Run(int index)
    {
        int end = Math.Min(shape.ItemCount, (index + 1) * perPiece);
        for (int item = index * perPiece; item < end; item++) One(item);
    }

    private readonly void One(int item)
    {
        int keys = shape.Limit(0), length = shape.ValueLength, keyItem = item / shape.Group;
        T* y = (T*)p.A + starts.Y[item], logSumExp = (T*)p.E + item;
        T* s = (T*)GemmMemory.Image((nint)keys * sizeof(T));
        if (keys > 0) Gemm.Multiply(1, keys, shape.Length, (T*)p.B + starts.Q[item], 0, 1, (T*)p.C + starts.K[keyItem], 1, starts.KRow, s, keys, false, default(NoEpilogue<T>));
        AttentionScores<T, V>.Scale(s, s, keys, T.CreateChecked(shape.Settings.Scale));
        if (shape.HasMask) AttentionScores<T, V>.Mask(s, keys, p.F, starts.Mask[item], starts.MaskColumn, shape.IsBoolean);
        T max = Max<T, V>(keys, s);
        Map<ShiftedExp<T, V>, T, V>(new(T.IsNegativeInfinity(max) ? T.Zero : max, T.One), keys, s, s);
        T total = Sum<Itself<T, V>, T, V>(new(), keys, s);
        if (total == T.Zero)
        {
            new Span<T>(y, length).Clear();
            *logSumExp = T.PositiveInfinity;
            return;
        }
        *logSumExp = max + T.Log(total);
        if (shape.Settings.Dropout > 0) Drop(s, keys, item);
        Gemm.Multiply(1, length, keys, s, 0, 1, (T*)p.D + starts.V[keyItem], starts.VRow, 1, y, length, false, default(NoEpilogue<T>));
        AttentionScores<T, V>.Scale(y, y, length, T.One / total);
    }

    private readonly void Drop(T* s, int keys, int item)
    {
        const int some = 64;
        T* factors = stackalloc T[some];
        for (int j = 0; j < keys; j += some)
        {
            int count = Math.Min(some, keys - j);
            AttentionScores<T, V>.Factors(factors, count, (ulong)item * (ulong)shape.Keys + (ulong)j, shape.Settings);
            for (int i = 0; i < count; i++) s[j + i] *= factors[i];
        }
    }
}
