namespace DeepNotes.Nn.Distributions;

/// <summary>Draws of the Poisson distribution.</summary>
internal static class PoissonSampler
{
    public static Tensor Draw(Tensor rate, Rng rng)
    {
        double[] all = rate.Detach().To(DType.Float64).ToArray<double>();
        for (int i = 0; i < all.Length; i++) all[i] = all[i] < 10 ? Small(all[i], rng) : Large(all[i], rng);
        return Tensor.From<double>(all, rate.Shape).To(rate.DType).To(rate.Device);
    }

    /// <summary>How many waiting times fit into one unit (Knuth, "The Art of Computer Programming", volume 2, 3.4.1).</summary>
    private static double Small(double rate, Rng rng)
    {
        double limit = Math.Exp(-rate), product = rng.NextDouble();
        int count = 0;
        for (; product > limit; count++) product *= rng.NextDouble();
        return count;
    }

    /// <summary>Transformed rejection (Hörmann 1993, "The transformed rejection method for generating Poisson random variables", PTRS).</summary>
    private static double Large(double rate, Rng rng)
    {
        double b = 0.931 + 2.53 * Math.Sqrt(rate), a = -0.059 + 0.02483 * b, inverse = 1.1239 + 1.1328 / (b - 3.4), limit = 0.9277 - 3.6224 / (b - 2);
        while (true)
        {
            double u = rng.NextDouble() - 0.5, v = 1 - rng.NextDouble(), distance = 0.5 - Math.Abs(u);
            double k = Math.Floor((2 * a / distance + b) * u + rate + 0.43);
            if (distance >= 0.07 && v <= limit) return k;
            if (k < 0 || (distance < 0.013 && v > distance)) continue;
            if (Math.Log(v) + Math.Log(inverse) - Math.Log(a / (distance * distance) + b) <= k * Math.Log(rate) - rate - LogFactorial(k)) return k;
        }
    }

    private static double LogFactorial(double k)
    {
        if (k < 10)
        {
            double product = 1;
            for (int i = 2; i <= k; i++) product *= i;
            return Math.Log(product);
        }
        // Stirling's series; k is large here.
        double x = k + 1, inverse = 1 / x, square = inverse * inverse;
        return (x - 0.5) * Math.Log(x) - x + 0.91893853320467274 + inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
    }
}
