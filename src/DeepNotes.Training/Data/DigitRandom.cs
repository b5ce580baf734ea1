namespace DeepNotes.Training;

/// <summary>
/// The random numbers of one generated image: SplitMix64 started from the seed and the image's index, so an image does not
/// depend on its neighbours or on threads. Integer arithmetic and exact scaling only: the same bits on every machine.
/// </summary>
internal struct DigitRandom(ulong seed, ulong index)
{
    private ulong _state = Mix(Mix(seed) + (index + 1) * Increment);

    private const ulong Increment = 0x9E3779B97F4A7C15;

    public float Uniform(float low, float high) => low + (high - low) * Unit();

    /// <summary>About normal with standard deviation 1 and no tail beyond 3.5: a sum of four uniforms needs no logarithm.</summary>
    public float Bell()
    {
        _state += Increment;
        ulong bits = Mix(_state);
        uint sum = (uint)((ushort)bits + (ushort)(bits >> 16) + (ushort)(bits >> 32) + (ushort)(bits >> 48));
        return (sum - 131070f) * (1.7320508f / 65536f);
    }

    public bool Chance(float probability) => Unit() < probability;

    public int Below(int count) => (int)(Unit() * count);

    private float Unit()
    {
        _state += Increment;
        return (Mix(_state) >> 40) * (1f / (1 << 24));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
