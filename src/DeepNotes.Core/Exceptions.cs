namespace DeepNotes;

/// <summary>Shapes do not fit an operation; the message names them and the dimension that disagrees.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>An exception with a message.</summary>
    public ShapeException(string message) : base(message) { }

    /// <summary>An exception with a message and its cause.</summary>
    public ShapeException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>An element type does not fit an operation.</summary>
public sealed class DTypeException : ArgumentException
{
    /// <summary>An exception with a message.</summary>
    public DTypeException(string message) : base(message) { }

    /// <summary>An exception with a message and its cause.</summary>
    public DTypeException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>Tensors are on different devices, or on one that cannot do what is asked.</summary>
public sealed class DeviceException : InvalidOperationException
{
    /// <summary>An exception with a message.</summary>
    public DeviceException(string message) : base(message) { }

    /// <summary>An exception with a message and its cause.</summary>
    public DeviceException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A gradient cannot be computed, or would be wrong: a freed graph, a tensor changed in place, an op without a gradient.</summary>
public sealed class GradException : InvalidOperationException
{
    /// <summary>An exception with a message.</summary>
    public GradException(string message) : base(message) { }

    /// <summary>An exception with a message and its cause.</summary>
    public GradException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A file does not hold what it should; the message names the file and the place.</summary>
public class TensorFormatException : FormatException
{
    /// <summary>An exception with a message.</summary>
    public TensorFormatException(string message) : base(message) { }

    /// <summary>An exception with a message and its cause.</summary>
    public TensorFormatException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A matrix does not have what a decomposition needs: it is singular, or not positive definite.</summary>
public sealed class LinearAlgebraException : InvalidOperationException
{
    /// <summary>An exception with a message.</summary>
    public LinearAlgebraException(string message) : base(message) { }

    /// <summary>An exception with a message and its cause.</summary>
    public LinearAlgebraException(string message, Exception inner) : base(message, inner) { }
}
