namespace DeepNotes.Nn;

/// <summary>
/// Operations say what was wrong with a tensor by their own names; users know the names of their layers. An error that passes through
/// a layer gets the layer's name in front, from the innermost layer only. Costs nothing where there is no error.
/// </summary>
internal static class NamedErrors
{
    private const string Named = "DeepNotes.Layer";

    /// <summary>Whether the error is about an argument, and names no layer yet. Used as an exception filter, so that the stack is whole where nothing is to be added.</summary>
    public static bool IsNameless(Exception error, Module layer)
    {
        bool isKnown = error is ShapeException or DTypeException or DeviceException or ArgumentOutOfRangeException || error.GetType() == typeof(ArgumentException);
        if (!isKnown || error.Data.Contains(Named)) return false;
        if (!error.Message.StartsWith(Name(layer) + ":", StringComparison.Ordinal)) return true;
        // What the layer itself said is enough for the containers around it.
        error.Data[Named] = Name(layer);
        return false;
    }

    /// <summary>An error of the same type whose message begins with the layer's name; the first one is inside.</summary>
    public static Exception With(Exception error, Module layer)
    {
        string name = Name(layer), said = error.Message;
        // The operation may have the layer's name but for capitals: MseLoss, MSELoss.
        string message = said.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase) ? name + said[name.Length..] : $"{name}: {said}";
        Exception named = error switch
        {
            ShapeException => new ShapeException(message, error),
            DTypeException => new DTypeException(message, error),
            DeviceException => new DeviceException(message, error),
            ArgumentOutOfRangeException => new ArgumentOutOfRangeException(message, error),
            _ => new ArgumentException(message, error),
        };
        named.Data[Named] = name;
        return named;
    }

    private static string Name(Module layer) => layer.GetType().Name.Split('`')[0];
}
