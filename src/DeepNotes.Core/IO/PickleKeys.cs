namespace DeepNotes.IO;

/// <summary>Compares keys of dictionaries in pickles. Numbers get hash codes that a file's author cannot foresee, so that no file can make them all collide.</summary>
internal sealed class PickleKeys : IEqualityComparer<object>
{
    private static readonly PickleKeys Instance = new();

    private PickleKeys() { }

    public static OrderedDictionary<object, object?> NewDictionary() => new(Instance);

    public new bool Equals(object? x, object? y) => object.Equals(x, y);

    public int GetHashCode(object key) => key switch
    {
        long number => HashCode.Combine((int)number, (int)(number >> 32)),
        double number => GetHashCode(BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number)),
        _ => key.GetHashCode(),
    };
}
