from .diagram import PhaseDiagram as PhaseDiagram
from .learning_phases import (
    LearningPhase as LearningPhase,
    assign_learning_phase as assign_learning_phase,
)
from .plane_sweep import phase_diagram as phase_diagram
from .student import TeacherStudent as TeacherStudent
from .summary import summarise as summarise
from .training import StudentRun as StudentRun, train_students as train_students
from .vsdl import (
    Regime as Regime,
    VSDLPlane as VSDLPlane,
    assign_regime as assign_regime,
    vsdl_plane as vsdl_plane,
)
