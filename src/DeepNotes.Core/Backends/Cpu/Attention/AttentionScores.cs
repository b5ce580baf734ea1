using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>What masks and dropout do to scores, a few at a time: a mask is never written out, nor are dropout's draws kept.</summary>
internal static unsafe class AttentionScores<T, V> where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
{
    /// <summary>Sets scores to −∞ where a mask is false.</summary>
    /// <param name="scores">One score every <paramref name="step"/> elements.</param>
    /// <param name="step">See <paramref name="scores"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="allowed">The mask, one byte every <paramref name="column"/>.</param>
    /// <param name="column">See <paramref name="allowed"/>.</param>
    public static void Hide(T* scores, nint step, int count, byte* allowed, nint column)
    {
        int j = 0;
        while (column == 1 && j <= count - 8)
        {
            // Eight of them are allowed together more often than not.
            if (Unsafe.ReadUnaligned<ulong>(allowed + j) != 0x0101010101010101)
            {
                for (int i = j; i < j + 8; i++)
                {
                    if (allowed[i] == 0) scores[i * step] = T.NegativeInfinity;
                }
            }
            j += 8;
        }
        for (; j < count; j++)
        {
            if (allowed[j * column] == 0) scores[j * step] = T.NegativeInfinity;
        }
    }

    /// <summary>Adds a mask of numbers to a row of scores.</summary>
    public static void Add(T* scores, int count, T* mask, nint column)
    {
        if (column == 1)
        {
            RowLoops.Add<Itself<T, V>, T, V>(new(), count, scores, mask);
            return;
        }
        for (int j = 0; j < count; j++) scores[j] += mask[j * column];
    }

    /// <summary>Hides what a mask hides, or adds what it adds, from one row of scores.</summary>
    /// <param name="scores">The row.</param>
    /// <param name="count">Its length.</param>
    /// <param name="mask">All of the mask.</param>
    /// <param name="at">Where in it the row begins, in elements.</param>
    /// <param name="column">From one of its columns to the next.</param>
    /// <param name="isBoolean">Whether it hides or adds.</param>
    public static void Mask(T* scores, int count, byte* mask, nint at, nint column, bool isBoolean)
    {
        if (isBoolean) Hide(scores, 1, count, mask + at, column);
        else Add(scores, count, (T*)mask + at, column);
    }

    /// <summary>What dropout multiplies weights with: 0 or 1 / (1 − p).</summary>
    /// <param name="factors">Receives them.</param>
    /// <param name="count">How many.</param>
    /// <param name="element">The number of the first weight, counted through all rows of all items: the place of its draw follows from it.</param>
    /// <param name="settings">The probability and the stream.</param>
    public static void Factors(T* factors, int count, ulong element, in AttentionSettings settings)
    {
        const int some = 8;
        bool isDouble = sizeof(T) == 8;
        uint perBlock = isDouble ? 2u : 4;
        double keep = 1 - settings.Dropout;
        T kept = T.CreateChecked(1 / keep);
        // Coin's comparison of a fraction, in whole numbers.
        ulong limit = (ulong)Math.Ceiling(keep * (isDouble ? 1UL << 53 : 1UL << 24));
        uint* words = stackalloc uint[4 * some];
        int skipped = (int)(element % perBlock);
        for (ulong block = settings.Position + element / perBlock; count > 0; block += some, skipped = 0)
        {
            Philox.Blocks(settings.Seed, block, words);
            int numbers = Math.Min(count, (int)perBlock * some - skipped);
            if (isDouble)
            {
                ulong* longs = (ulong*)words + skipped;
                for (int j = 0; j < numbers; j++) factors[j] = longs[j] >> 11 < limit ? kept : T.Zero;
            }
            else
            {
                uint* singles = words + skipped;
                for (int j = 0; j < numbers; j++) factors[j] = singles[j] >> 8 < limit ? kept : T.Zero;
            }
            factors += numbers;
            count -= numbers;
        }
    }

    /// <summary>A row times a number.</summary>
    public static void Scale(T* target, T* row, int count, T factor) => RowLoops.Map<Scaled<T, V>, T, V>(new(factor), count, target, row);
}

/// <summary>One stretch of pinned memory, handed out in parts that begin on 64-byte boundaries and have a spare 64 bytes behind them.</summary>
internal unsafe ref struct AttentionMemory(byte* memory)
{
    private byte* next = memory;

    public static nint Bytes<T>(nint count) where T : unmanaged => (count * sizeof(T) + 127) & ~63;

    public T* Take<T>(nint count) where T : unmanaged
    {
        T* part = (T*)next;
        next += Bytes<T>(count);
        return part;
    }
}
