using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace DeepNotes;

/// <summary>
/// A stream of random numbers: Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). The
/// numbers are a function of seed and position, so every device and any number of threads draw the same ones.
/// </summary>
public sealed class Rng
{
    [ThreadStatic] private static Rng? ofThread;

    private ulong position;

    /// <summary>A stream from a seed.</summary>
    /// <param name="seed">The same seed gives the same numbers.</param>
    public Rng(ulong seed) => InitialSeed = seed;

    /// <summary>The calling thread's own stream, from which everything draws that is given no other. Unpredictable until it is seeded.</summary>
    public static Rng Default
    {
        get => ofThread ??= new Rng(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
        set => ofThread = value;
    }

    /// <summary>The seed.</summary>
    public ulong InitialSeed { get; }

    /// <summary>How many blocks of four 32-bit numbers have been drawn: with the seed, all there is to save.</summary>
    public ulong Position
    {
        get => position;
        init => position = value;
    }

    /// <summary>Restarts the calling thread's own stream. Matches torch.manual_seed, for this thread.</summary>
    /// <param name="seed">The same seed gives the same numbers.</param>
    public static void Seed(ulong seed) => ofThread = new Rng(seed);

    /// <summary>A number from 0 up to a limit.</summary>
    /// <param name="limit">At least 1; not included.</param>
    public int Next(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return (int)(Philox.Block(InitialSeed, Take(1)).Long(0) * (UInt128)(ulong)limit >> 64);
    }

    /// <summary>A number from 0 to 1, 1 not included, with 53 random bits.</summary>
    public double NextDouble() => (Philox.Block(InitialSeed, Take(1)).Long(0) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Reserves blocks of the stream and returns the first one's position.</summary>
    internal ulong Take(ulong blocks)
    {
        ulong first = position;
        position += blocks;
        return first;
    }
}

/// <summary>Four random 32-bit numbers.</summary>
internal readonly record struct Words(uint A, uint B, uint C, uint D)
{
    public uint this[int i] => i switch { 0 => A, 1 => B, 2 => C, _ => D };

    /// <summary>Two of them as one 64-bit number.</summary>
    public ulong Long(int i) => i == 0 ? (ulong)B << 32 | A : (ulong)D << 32 | C;
}

/// <summary>The block function of Philox 4×32 with ten rounds.</summary>
internal static class Philox
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Block(ulong seed, ulong position)
    {
        uint a = (uint)position, b = (uint)(position >> 32), c = 0, d = 0;
        uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p = (ulong)a * 0xD2511F53, q = (ulong)c * 0xCD9E8D57;
            (a, b, c, d) = ((uint)(q >> 32) ^ b ^ key0, (uint)q, (uint)(p >> 32) ^ d ^ key1, (uint)p);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }
        return new Words(a, b, c, d);
    }

    /// <summary>Eight neighbouring blocks, one after the other.</summary>
    /// <param name="seed">The stream.</param>
    /// <param name="position">The first block.</param>
    /// <param name="words">Receives 32 numbers.</param>
    public static unsafe void Blocks(ulong seed, ulong position, uint* words)
    {
        if (!Avx2.IsSupported)
        {
            for (uint i = 0; i < 8; i++, words += 4)
            {
                var block = Block(seed, position + i);
                (words[0], words[1], words[2], words[3]) = (block.A, block.B, block.C, block.D);
            }
            return;
        }
        for (uint i = 0; i < 8; i += 4, words += 16) FourBlocks(seed, position + i, words);
    }

    /// <summary>A block a lane of 64 bits; only the lower halves count, for multiplication reads no others.</summary>
    private static unsafe void FourBlocks(ulong seed, ulong position, uint* words)
    {
        Vector256<ulong> a = Vector256.Create(position) + Vector256.Create(0UL, 1, 2, 3), b = a >>> 32, c = default, d = default;
        Vector256<uint> first = Vector256.Create(0xD2511F53), second = Vector256.Create(0xCD9E8D57);
        uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            Vector256<ulong> p = Avx2.Multiply(a.AsUInt32(), first), q = Avx2.Multiply(c.AsUInt32(), second);
            (a, b, c, d) = ((q >>> 32) ^ b ^ Vector256.Create((ulong)key0), q, (p >>> 32) ^ d ^ Vector256.Create((ulong)key1), p);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }
        for (int i = 0; i < 4; i++) (words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]) = ((uint)a[i], (uint)b[i], (uint)c[i], (uint)d[i]);
    }
}
