using System.Numerics;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// The discrete Fourier transform of one length, in Float64 throughout: radix 2 where the length is a power of two, Bluestein's
/// convolution by a longer one otherwise. Unscaled; the sign of the exponent is the caller's.
/// </summary>
internal sealed class FourierTransform
{
    private readonly int length;
    private readonly Complex[] turns;
    private readonly FourierTransform? inner;
    private readonly Complex[]? chirp, kernel;

    /// <summary>Prepares a transform with exp(sign·2πi·jk/length).</summary>
    public FourierTransform(int length, int sign)
    {
        this.length = length;
        bool isPower = (length & (length - 1)) == 0;
        turns = new Complex[isPower ? length / 2 : 0];
        for (int k = 0; k < turns.Length; k++) turns[k] = Turn(sign * (long)k, length);
        if (isPower) return;
        int longer = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * length - 1));
        inner = new FourierTransform(longer, -1);
        chirp = new Complex[length];
        kernel = new Complex[longer];
        for (int k = 0; k < length; k++)
        {
            // k² modulo 2·length keeps the angle small, and so exact.
            chirp[k] = Turn(sign * ((long)k * k % (2L * length)), 2L * length);
            kernel[k] = Complex.Conjugate(chirp[k]);
            if (k > 0) kernel[longer - k] = kernel[k];
        }
        inner.Run(kernel);
    }

    /// <summary>Transforms in place.</summary>
    public void Run(Span<Complex> x)
    {
        if (length < 2) return;
        if (inner is null) RadixTwo(x);
        else Bluestein(x);
    }

    private void RadixTwo(Span<Complex> x)
    {
        int shift = 32 - BitOperations.Log2((uint)length);
        for (int i = 0; i < length; i++)
        {
            int j = (int)(Reverse((uint)i) >>> shift);
            if (i < j) (x[i], x[j]) = (x[j], x[i]);
        }
        for (int half = 1; half < length; half *= 2)
        {
            int step = length / (2 * half);
            for (int start = 0; start < length; start += 2 * half)
            {
                for (int k = 0; k < half; k++)
                {
                    var odd = x[start + half + k] * turns[k * step];
                    x[start + half + k] = x[start + k] - odd;
                    x[start + k] += odd;
                }
            }
        }
    }

    private void Bluestein(Span<Complex> x)
    {
        var work = new Complex[kernel!.Length];
        for (int k = 0; k < length; k++) work[k] = x[k] * chirp![k];
        inner!.Run(work);
        // The inverse transform as the conjugate of the transform of the conjugate.
        for (int k = 0; k < work.Length; k++) work[k] = Complex.Conjugate(work[k] * kernel[k]);
        inner.Run(work);
        for (int k = 0; k < length; k++) x[k] = Complex.Conjugate(work[k]) / work.Length * chirp![k];
    }

    private static Complex Turn(long k, long n)
    {
        var (sine, cosine) = Math.SinCos(2 * Math.PI * k / n);
        return new Complex(cosine, sine);
    }

    private static uint Reverse(uint x)
    {
        x = (x >>> 1 & 0x55555555) | (x & 0x55555555) << 1;
        x = (x >>> 2 & 0x33333333) | (x & 0x33333333) << 2;
        x = (x >>> 4 & 0x0F0F0F0F) | (x & 0x0F0F0F0F) << 4;
        return BitOperations.RotateLeft((x >>> 8 & 0x00FF00FF) | (x & 0x00FF00FF) << 8, 16);
    }
}
