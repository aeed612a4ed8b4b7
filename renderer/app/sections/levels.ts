/** The icons of errors, warnings and notes. */
import { CircleX, Info, TriangleAlert } from 'lucide-react';

export const LEVEL_ICONS = { error: CircleX, warning: TriangleAlert, warn: TriangleAlert, info: Info };
