namespace DeepNotes.Nn.Tests.Generators;

public class ParameterFixTests
{
    [Fact]
    public async Task Parameter_becomes_a_property_that_methods_use()
    {
        const string Before = """
            public sealed partial class Net(int size, Linear fc) : Module, ILayer
            {
                private readonly int _size = size;

                /// <summary>Runs <paramref name="x"/>.</summary>
                public Tensor Forward(Tensor x) => fc.Forward(x) * _size;

                public Func<Tensor, Tensor> Later() => x => fc.Forward(x);

                public string Name(object Fc) => nameof(fc) + fc + Fc;
            }
            """;
        Assert.Equal(["Store 'fc' in the property 'Fc'", "Mark 'fc' [NotVisited]"], await Mend.Offers(Before));
        Assert.Equal(
            """
            public sealed partial class Net(int size, Linear fc) : Module, ILayer
            {
                private readonly int _size = size;

                public Linear Fc { get; } = fc;

                /// <summary>Runs <paramref name="x"/>.</summary>
                public Tensor Forward(Tensor x) => Fc.Forward(x) * _size;

                public Func<Tensor, Tensor> Later() => x => Fc.Forward(x);

                public string Name(object Fc) => nameof(fc) + this.Fc + Fc;
            }
            """,
            await Mend.Once("Store 'fc' in the property 'Fc'", Before));
    }

    [Theory]
    [InlineData("Module? body", "public object? Get() => body;", "Body", "public Module? Body { get; } = body;", "public object? Get() => Body;")]
    [InlineData("Parameter gain", "public Tensor Get() => gain;", "Gain", "public Parameter Gain { get; } = gain;", "public Tensor Get() => Gain;")]
    [InlineData("Tensor mask", "public Tensor Get() => mask;", "Mask", "[Buffer] public Tensor Mask { get; } = mask;", "public Tensor Get() => Mask;")]
    [InlineData("Linear[] all", "public int Get() => all.Length;", "All", "public ModuleList<Linear> All { get; } = [.. all];", "public int Get() => All.Count;")]
    [InlineData("IEnumerable<Parameter> all", "public int Get() => all.Count();", "All", "public ParameterList All { get; } = [.. all];", "public int Get() => All.Count();")]
    [InlineData("Linear net", "public Linear Get() => net;", "Net2", "public Linear Net2 { get; } = net;", "public Linear Get() => Net2;")]
    [InlineData("ILayer fc", "public void Set(ILayer f) { fc = f; }", "Fc", "public ILayer Fc { get; set; } = fc;", "public void Set(ILayer f) { Fc = f; }")]
    public async Task Property_suits_the_parameter(string parameter, string use, string name, string property, string newUse) => Assert.Equal(
        $$"""
        public partial class Net({{parameter}}) : Module
        {
            {{property}}

            {{newUse}}
        }
        """,
        await Mend.Once($"Store '{parameter.Split(' ')[1]}' in the property '{name}'", $$"""
            public partial class Net({{parameter}}) : Module
            {
                {{use}}
            }
            """));

    [Theory]
    [InlineData("(Linear A, int B) pair", "public int Get() => pair.B;")]
    [InlineData("Dictionary<string, Linear> map", "public int Get() => map.Count;")]
    [InlineData("Linear[] all", "public void Set(Linear l) => all[0] = l;")]
    [InlineData("Linear fc", "public void Set(out Linear l) { l = fc; Other(ref fc); } void Other(ref Linear l) { }")]
    public async Task No_property_is_offered_that_would_not_do(string parameter, string use) =>
        Assert.Equal([$"Mark '{parameter.Split(' ')[^1]}' [NotVisited]"], await Mend.Offers($"public partial class Net({parameter}) : Module {{ {use} }}"));

    [Fact]
    public async Task Uses_in_another_part_follow() => Assert.Equal(
        [
            """
            public partial class Net(Linear fc) : Module
            {
                public Linear Fc { get; } = fc;
            }

            """,
            "public partial class Net { public Tensor Forward(Tensor x) => Fc.Forward(x); public static Net Make() => new(fc: new Linear(1, 1)); }",
        ],
        await Mend.OnceInFiles(
            "Store 'fc' in the property 'Fc'",
            "public partial class Net(Linear fc) : Module;\n",
            "public partial class Net { public Tensor Forward(Tensor x) => fc.Forward(x); public static Net Make() => new(fc: new Linear(1, 1)); }"));

    [Fact]
    public async Task Several_parameters_at_once_keep_their_order() => Assert.Equal(
        [
            """
            public partial class Net(Linear a, ILayer b) : Module
            {
                public Linear A { get; } = a;
                public ILayer B { get; } = b;

                public Tensor Forward(Tensor x) => B.Forward(A.Forward(x));
            }
            """,
        ],
        await Mend.Everywhere("Store 'a' in the property 'A'", """
            public partial class Net(Linear a, ILayer b) : Module
            {
                public Tensor Forward(Tensor x) => b.Forward(a.Forward(x));
            }
            """));

    [Fact]
    public async Task Parameter_is_marked() => Assert.Equal(
        "public partial class Net(int n, [NotVisited] Linear teacher) : Module { public Tensor Forward(Tensor x) => teacher.Forward(x) * n; }",
        await Mend.Once("Mark 'teacher' [NotVisited]", "public partial class Net(int n, Linear teacher) : Module { public Tensor Forward(Tensor x) => teacher.Forward(x) * n; }"));
}
