using System.Numerics;

namespace DeepNotes.Nn;

/// <summary>What the constructors of layers insist on, so that a wrong number is found where it was written and not in the first batch.</summary>
internal static partial class LayerArguments
{
    public static int Positive(string layer, string argument, int value) => value > 0
        ? value
        : throw new ArgumentOutOfRangeException(argument, value, $"{layer}: {argument} must be at least 1; it is {value}.");

    public static T NotNegative<T>(string layer, string argument, T value) where T : INumber<T> => value >= T.Zero
        ? value
        : throw new ArgumentOutOfRangeException(argument, value, $"{layer}: {argument} must not be negative; it is {value}.");

    public static double NotZero(string layer, string argument, double value) => value != 0
        ? value
        : throw new ArgumentOutOfRangeException(argument, value, $"{layer}: {argument} must not be 0.");

    public static double Probability(string layer, string argument, double value) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(argument, value, $"{layer}: a probability lies between 0 and 1; {argument} is {value}.");

    /// <summary>That the groups divide the channels; gives the channels of one group.</summary>
    public static int Groups(string layer, string argument, int channels, int groups)
    {
        Positive(layer, argument, channels);
        Positive(layer, nameof(groups), groups);
        return channels % groups == 0
            ? channels / groups
            : throw new ArgumentException($"{layer}: {groups} groups do not divide the {channels} {argument}.", nameof(groups));
    }

    public static void AllPositive(string layer, string argument, params ReadOnlySpan<int> values)
    {
        foreach (int value in values)
        {
            if (value < 1) throw new ArgumentOutOfRangeException(argument, $"{layer}: every number of {argument} must be at least 1; it is ({string.Join(", ", values.ToArray())}).");
        }
    }

    public static void AllNotNegative(string layer, string argument, params ReadOnlySpan<int> values)
    {
        foreach (int value in values)
        {
            if (value < 0) throw new ArgumentOutOfRangeException(argument, $"{layer}: no number of {argument} may be negative; it is ({string.Join(", ", values.ToArray())}).");
        }
    }

    /// <summary>[out, in / groups, …kernel] for a convolution.</summary>
    public static Shape KernelShape(string layer, int inChannels, int outChannels, int groups, params ReadOnlySpan<int> kernel)
    {
        Groups(layer, nameof(outChannels), outChannels, groups);
        return Shape.Create([outChannels, Groups(layer, nameof(inChannels), inChannels, groups), .. kernel]);
    }

    /// <summary>[in, out / groups, …kernel] for a transposed convolution.</summary>
    public static Shape TransposedKernelShape(
        string layer, int inChannels, int outChannels, int groups, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride, ReadOnlySpan<int> padding, ReadOnlySpan<int> outputPadding, ReadOnlySpan<int> dilation)
    {
        AllPositive(layer, nameof(kernel), kernel);
        AllPositive(layer, nameof(stride), stride);
        AllPositive(layer, nameof(dilation), dilation);
        AllNotNegative(layer, nameof(padding), padding);
        AllNotNegative(layer, nameof(outputPadding), outputPadding);
        Groups(layer, nameof(inChannels), inChannels, groups);
        return Shape.Create([inChannels, Groups(layer, nameof(outChannels), outChannels, groups), .. kernel]);
    }
}
